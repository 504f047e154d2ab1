package io.jenkins.plugins.loadshare.service;

/** A request that waits for a place without a thread. */
public interface WaitingRequest {

    /** Whether to try now; asked every second. */
    boolean isDue();

    /** Called by one thread at a time, which may be kept for as long as a scan takes. It throws nothing. */
    void tryNow();
}
