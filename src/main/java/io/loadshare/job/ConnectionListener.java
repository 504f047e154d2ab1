package io.loadshare.job;

import java.time.Duration;

/** Receives what happens to the connection of a foreground job. Called by the threads that read the job's streams. */
public interface ConnectionListener {

    /** Ignores it. */
    ConnectionListener SILENT = new ConnectionListener() {};

    /** The connection is lost, and another is being opened. */
    default void connectionLost(Job job, String reason) {}

    /** The job is followed again, without a gap. */
    default void reconnected(Job job, Duration after) {}
}
