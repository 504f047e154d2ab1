package io.loadshare.agent;

/** A request that is not granted: an HTTP status and words that any client may read. */
final class Refusal extends RuntimeException {

    private final int status;

    Refusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }

    static Refusal malformed(String message) {
        return new Refusal(400, message);
    }

    static Refusal forbidden(String message) {
        return new Refusal(403, message);
    }

    static Refusal unknown(String message) {
        return new Refusal(404, message);
    }

    static Refusal tooMany(String message) {
        return new Refusal(429, message);
    }

    static Refusal unavailable(String message) {
        return new Refusal(503, message);
    }
}
