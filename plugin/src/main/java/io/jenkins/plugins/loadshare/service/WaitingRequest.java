package io.jenkins.plugins.loadshare.service;

/** A request that waits for a slot without a thread. */
public interface WaitingRequest {

    /** Returns whether to try now. Called every second. */
    boolean isDue();

    /**
     * Tries to place the request. Called by one thread at a time; may block for as long as a scan takes. Never throws.
     */
    void tryNow();
}
