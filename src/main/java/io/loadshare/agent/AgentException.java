package io.loadshare.agent;

import io.loadshare.LoadshareException;

/** An agent did not answer as it should. */
public final class AgentException extends LoadshareException {

    /** What kept us from an answer. */
    public enum Reason {
        /** Nothing listens there: what is known of the host by other means still holds. */
        ABSENT(Kind.UNAVAILABLE),
        /** It does not know the query or job any more. */
        FORGOTTEN(Kind.UNAVAILABLE),
        /** It does not let us: a wrong token. */
        REFUSED(Kind.REFUSED),
        /** It did not answer in time, or as an agent does. */
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

    /** Whether a failure is one of an agent, for this reason. */
    static boolean is(LoadshareException failure, Reason reason) {
        return failure instanceof AgentException agent && agent.reason == reason;
    }
}
