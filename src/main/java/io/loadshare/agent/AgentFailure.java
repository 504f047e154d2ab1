package io.loadshare.agent;

import io.loadshare.Failure;

/** An agent did not answer as it should. */
public final class AgentFailure extends Failure {

    private final boolean absent;

    /** @param absent whether there is no agent */
    AgentFailure(boolean absent, String message) {
        super(Kind.UNAVAILABLE, message);
        this.absent = absent;
    }

    /** Whether there is no agent: what is known of the host by other means still holds. */
    public boolean isAbsent() {
        return absent;
    }
}
