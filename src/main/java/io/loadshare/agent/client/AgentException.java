package io.loadshare.agent.client;

import io.loadshare.LoadshareException;

/** Thrown when an agent does not answer as expected. */
public final class AgentException extends LoadshareException {

    /** The reason. */
    public enum Reason {
        /** No agent listens on the host. Other information about the host remains valid. */
        ABSENT(Kind.UNAVAILABLE),
        /** The agent no longer knows the query or job. */
        FORGOTTEN(Kind.UNAVAILABLE),
        /** The agent refuses our token. */
        REFUSED(Kind.REFUSED),
        /** The agent did not answer in time, or something else answered. */
        FAILED(Kind.UNAVAILABLE);

        private final Kind kind;

        Reason(Kind kind) {
            this.kind = kind;
        }
    }

    private final Reason reason;

    AgentException(Reason reason, String message) {
        super(reason.kind, message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Returns whether a failure is an agent's, for this reason. */
    static boolean is(LoadshareException failure, Reason reason) {
        return failure instanceof AgentException agent && agent.reason == reason;
    }
}
