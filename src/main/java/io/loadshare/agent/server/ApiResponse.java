package io.loadshare.agent.server;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The response to an {@link ApiRequest}. */
record ApiResponse(int status, String type, byte[] body, Map<String, String> headers) {

    static final String TEXT = "text/plain; charset=utf-8";
    static final String JSON = "application/json";
    static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

    static ApiResponse of(int status, String type, String body) {
        return new ApiResponse(status, type, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static ApiResponse empty() {
        return new ApiResponse(204, "", new byte[0], Map.of());
    }

    static ApiResponse error(int status, String message) {
        return of(status, JSON, AgentJson.error(message));
    }

    ApiResponse with(String header, String value) {
        return new ApiResponse(status, type, body, Map.of(header, value));
    }
}
