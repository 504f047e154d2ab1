package io.loadshare.job;

import java.time.Duration;

/** A listener for the connection of a foreground job. The threads that read the job's streams call it. */
public interface ConnectionListener {

    /** Ignores all events. */
    ConnectionListener SILENT = new ConnectionListener() {};

    /** Reports that the connection is lost and the client tries to reconnect. */
    default void connectionLost(Job job, String reason) {}

    /** Reports that the client follows the job again, without a gap in its streams. */
    default void reconnected(Job job, Duration after) {}
}
