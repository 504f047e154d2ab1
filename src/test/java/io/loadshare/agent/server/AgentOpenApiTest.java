package io.loadshare.agent.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.loadshare.agent.AgentSettings;
import io.loadshare.testing.ReportBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/agent-openapi.yaml} tells neither less nor more than what a running agent does. */
class AgentOpenApiTest {

    private static final String TOKEN = "s3cret";
    private static final String TEXT = "text/plain";
    private static final String JSON_TYPE = "application/json";

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private OpenApi document;
    private AgentSettings settings;

    @BeforeEach
    void readDocument() throws IOException {
        document = new OpenApi(Path.of("docs/agent-openapi.yaml"));
        Path token = Files.writeString(directory.resolve("token"), TOKEN);
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        settings = new AgentSettings(
                TestingAgent.freePort(), List.of("127.0.0.1"), Optional.of(token), Optional.empty(), Duration.ZERO);
    }

    private HttpResponse<String> ask(String method, String path, String body, String accept, String token)
            throws IOException, InterruptedException {
        HttpResponse<String> response = send(method, path, body, accept, token);
        document.check(response);
        return response;
    }

    private HttpResponse<String> send(String method, String path, String body, String accept, String token)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + settings.port() + path))
                .method(method, BodyPublishers.ofString(body))
                .header("Accept", accept)
                .header("Authorization", "Bearer " + token)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(String method, String path, String body, String accept)
            throws IOException, InterruptedException {
        return ask(method, path, body, accept, TOKEN);
    }

    private Map<String, Object> open() throws IOException, InterruptedException {
        return JSON.std.mapFrom(ask("POST", "/v1/queries", "", JSON_TYPE).body());
    }

    private static Map<String, Object> start(Map<String, Object> query, String job) {
        Map<String, Object> start = new LinkedHashMap<>();
        start.put("secret", query.get("secret"));
        start.put("revision", query.get("revision"));
        start.put("job", job);
        start.put("user", "alice");
        start.put("slots", 2);
        return start;
    }

    private static ReportBuilder fullReport(ReportBuilder report) {
        return report.job("j9", 2, "bob")
                .desktop("carol", ":1")
                .desktop("dave", ":2", Duration.ofDays(2), Duration.ZERO)
                .holder("matlab", "carol", 2)
                .complaint("disk full");
    }

    @Test
    void everyAnswerIsDocumentedAndEveryDocumentedAnswerIsGiven() throws Exception {
        try (TestingAgent agent = new TestingAgent(1, settings, directory)
                .load(AgentOpenApiTest::fullReport)
                .start()) {
            ask("GET", "/v1/load", "", TEXT);
            ask("GET", "/v1/load", "", JSON_TYPE);
            ask("GET", "/metrics", "", "*/*");
            ask("GET", "/healthz", "", "*/*");
            life();
            refusals();
            withoutToken();
            startTooMany();
            while (agent.openQueries() < OpenQueries.PER_CLIENT) {
                open();
            }
            ask("POST", "/v1/queries", "", JSON_TYPE);
        }
        try (TestingAgent agent =
                new TestingAgent(1, settings, directory).withoutLoad().listen()) {
            assertThat(agent.openQueries()).isZero();
            ask("GET", "/v1/load", "", TEXT);
            ask("POST", "/v1/queries", "", TEXT);
            ask("GET", "/healthz", "", TEXT);
        }
        assertThat(document.seen()).isEqualTo(document.documented());
    }

    /** Of queries, one of which is started, ended and retreated in due order, the others in the way of it. */
    private void life() throws IOException, InterruptedException {
        Map<String, Object> first = open();
        Map<String, Object> second = open();
        ask("POST", "/v1/queries", "", TEXT);
        ask("POST", "/v1/queries/" + first.get("id") + "/start", print(start(first, "j1")), JSON_TYPE);
        String path = "/v1/queries/" + second.get("id");
        ask("POST", path + "/start", print(start(second, "j2")), JSON_TYPE);
        ask("POST", path + "/start", print(start(second, "j2")), TEXT);
        ask("DELETE", path, "", JSON_TYPE);
        ask("DELETE", path, "", JSON_TYPE);
        ask("POST", path + "/start", print(start(second, "j2")), JSON_TYPE);
        ask("POST", "/v1/jobs/j1/end", print(Map.of("secret", second.get("secret"))), JSON_TYPE);
        ask("POST", "/v1/jobs/j1/end", print(Map.of("secret", first.get("secret"), "ran", true)), JSON_TYPE);
        ask("POST", "/v1/jobs/j1/end", print(Map.of("secret", first.get("secret"))), JSON_TYPE);
    }

    private void refusals() throws IOException, InterruptedException {
        Map<String, Object> query = open();
        String path = "/v1/queries/" + query.get("id") + "/start";
        ask("POST", path, "{}", JSON_TYPE);
        Map<String, Object> stolen = start(query, "j3");
        stolen.put("secret", "guessed");
        ask("POST", path, print(stolen), JSON_TYPE);
        ask("POST", "/v1/jobs/j1/end", "no JSON", JSON_TYPE);
    }

    /** Only the last answer is new to the document; to check all of them would take longer than the agent keeps a start. */
    private void startTooMany() throws IOException, InterruptedException {
        for (int i = 0; i < QueryService.MOST_JOBS; i++) {
            Map<String, Object> query = JSON.std.mapFrom(
                    send("POST", "/v1/queries", "", JSON_TYPE, TOKEN).body());
            send("POST", "/v1/queries/" + query.get("id") + "/start", print(start(query, "many" + i)), TEXT, TOKEN);
        }
        Map<String, Object> query = open();
        ask("POST", "/v1/queries/" + query.get("id") + "/start", print(start(query, "oneMore")), TEXT);
    }

    private void withoutToken() throws IOException, InterruptedException {
        for (String request : List.of(
                "GET /v1/load",
                "POST /v1/queries",
                "DELETE /v1/queries/q",
                "POST /v1/queries/q/start",
                "POST /v1/jobs/j/end",
                "GET /metrics")) {
            String[] words = request.split(" ");
            ask(words[0], words[1], "", JSON_TYPE, "wrong");
        }
    }

    private static String print(Map<String, Object> body) throws IOException {
        return JSON.std.asString(body);
    }

    @Test
    void bodiesThatTheDocumentRefusesAreRefusedAndNoOthers() throws Exception {
        try (TestingAgent agent = new TestingAgent(1, settings, directory).start()) {
            assertThat(agent.openQueries()).isZero();
            Map<String, Object> query = open();
            String path = "/v1/queries/" + query.get("id") + "/start";
            for (Map<String, Object> body : variants(start(query, "j1"))) {
                String text = print(body);
                boolean allowed = document.complaints("post", "/v1/queries/{query}/start", text)
                        .isEmpty();
                int status = ask("POST", path, text, JSON_TYPE).statusCode();
                assertThat(status == 400).as(text + " got " + status).isNotEqualTo(allowed);
            }
        }
    }

    /** Each member left out, and with values of all kinds; but neither the right secret, nor a revision that may start. */
    private static List<Map<String, Object>> variants(Map<String, Object> sound) {
        List<Map<String, Object>> variants = new ArrayList<>();
        Map<String, Object> base = new LinkedHashMap<>(sound);
        base.put("secret", "guessed");
        base.put("slack", 0);
        base.put("unknown", true);
        variants.add(base);
        List<Object> values = new ArrayList<>(List.of(
                "", " ", "x", "x".repeat(256), "x".repeat(257), 0, 1, -1, 0.5, 10_000, 10_001, true, List.of()));
        for (String member : base.keySet()) {
            Map<String, Object> without = new LinkedHashMap<>(base);
            without.remove(member);
            variants.add(without);
            for (Object value : values) {
                Map<String, Object> changed = new LinkedHashMap<>(base);
                changed.put(member, value);
                variants.add(changed);
            }
        }
        return variants;
    }
}
