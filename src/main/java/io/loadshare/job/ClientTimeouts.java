package io.loadshare.job;

import io.loadshare.Durations;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a foreground job waits for its client.
 *
 * @param beat between two signs of life of the client; a whole number of seconds
 * @param closed how long after the client's connection was closed the job is ended
 * @param silent how long after the client's last sign of life the job is ended, {@code job.clientTimeout}; empty: never
 * @param linger how long the output of an ended job is kept for a client that has not read it, and how long a client tries
 *     to reconnect: {@code job.unreachableTimeout}
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

    /** Assignments for the keeper, which counts beats. */
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
