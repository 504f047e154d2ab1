package io.loadshare.agent.server;

/** Thrown for a refused request, with an HTTP status and a message for the client. */
final class RequestRefusedException extends RuntimeException {

    private final int status;

    RequestRefusedException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }

    static RequestRefusedException malformed(String message) {
        return new RequestRefusedException(400, message);
    }

    static RequestRefusedException forbidden(String message) {
        return new RequestRefusedException(403, message);
    }

    static RequestRefusedException unknown(String message) {
        return new RequestRefusedException(404, message);
    }

    static RequestRefusedException tooMany(String message) {
        return new RequestRefusedException(429, message);
    }

    static RequestRefusedException unavailable(String message) {
        return new RequestRefusedException(503, message);
    }
}
