package io.loadshare.job.ssh;

import io.loadshare.Durations;
import io.loadshare.job.JobSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * The time limits for the client of a foreground job.
 *
 * @param beat the interval between two heartbeats of the client; a whole number of seconds
 * @param closed how long after the client's connection was closed the host ends the job
 * @param silent how long after the client's last heartbeat the host ends the job, {@code job.clientTimeout}; empty:
 *     never
 * @param linger how long the host keeps the output of an ended job for a client that has not read it, and how long a
 *     client tries to reconnect: {@code job.unreachableTimeout}
 */
record ClientTimeouts(Duration beat, Duration closed, Optional<Duration> silent, Duration linger) {

    private static final Duration BEAT = Duration.ofSeconds(5);
    private static final Duration CLOSED = Duration.ofSeconds(30);

    ClientTimeouts {
        if (beat.toSeconds() < 1 || closed.compareTo(beat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "beat must be ≥ 1 s and closed ≥ 2 beats, was " + beat + " and " + closed);
        }
    }

    static ClientTimeouts of(JobSettings settings) {
        return new ClientTimeouts(BEAT, CLOSED, settings.clientTimeout(), settings.unreachableTimeout());
    }

    /** Returns the variable assignments for the keeper, which counts heartbeat intervals. */
    String definitions() {
        return "tick=" + beat.toSeconds() + " closed_limit=" + beats(closed) + " silent_limit="
                + silent.map(this::beats).orElse(0L) + " linger=" + beats(linger) + " grace=10\n"
                + "closed_reason='its client closed the connection and did not return within " + Durations.print(closed)
                + "'\n" + "silent_reason='its client gave no sign of life for "
                + silent.map(Durations::print).orElse("ever") + " (job.clientTimeout)'\n";
    }

    private long beats(Duration limit) {
        return Math.max(2, limit.dividedBy(beat));
    }
}
