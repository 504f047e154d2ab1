package io.jenkins.plugins.loadshare.service;

import java.util.Optional;

/** A request that waits for a slot without a thread. */
public interface WaitingRequest {

    /** Returns the ID of its ticket in the queue. Empty if it has not asked for a slot yet. */
    Optional<String> id();

    /** Returns the build that waits: the run's {@code externalizableId}. */
    String build();

    /** Returns whether to try now. Called every second. */
    boolean isDue();

    /**
     * Tries to place the request. Called by one thread at a time; may block for as long as a scan takes. Never throws.
     */
    void tryNow();
}
