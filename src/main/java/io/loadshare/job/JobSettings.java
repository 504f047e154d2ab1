package io.loadshare.job;

import io.loadshare.Durations;
import io.loadshare.InvalidSettingException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The {@code job} section of the configuration.
 *
 * @param nice the command that lowers the job's priority, as an argv; may be empty
 * @param useCurrentDirectory whether a job starts in the current directory of the command that starts it, if the host
 *     has that directory
 * @param keep how long the control directory of an ended job is kept
 * @param unreachableTimeout how long a job's host may be unreachable before a client gives up waiting for the job
 * @param limits the limits of jobs that set none themselves
 * @param clientTimeout how long a foreground job continues without a heartbeat of its client; empty: forever
 */
public record JobSettings(
        List<String> nice,
        boolean useCurrentDirectory,
        Duration keep,
        Duration unreachableTimeout,
        Optional<Duration> clientTimeout,
        JobLimits limits) {

    private static final Duration SHORTEST_CLIENT_TIMEOUT = Duration.ofSeconds(30);

    public static final JobSettings DEFAULT = new JobSettings(
            List.of("nice"),
            true,
            Duration.ofDays(14),
            Duration.ofHours(24),
            Optional.of(Duration.ofMinutes(15)),
            JobLimits.NONE);

    public JobSettings {
        nice = List.copyOf(nice);
        if (keep.isNegative()) {
            throw new InvalidSettingException("keep", "keep must be ≥ 0", keep);
        }
        if (unreachableTimeout.isNegative() || unreachableTimeout.isZero()) {
            throw new InvalidSettingException(
                    "unreachableTimeout", "unreachableTimeout must be > 0", unreachableTimeout);
        }
        if (clientTimeout.isPresent() && clientTimeout.get().compareTo(SHORTEST_CLIENT_TIMEOUT) < 0) {
            throw new InvalidSettingException(
                    "clientTimeout",
                    "clientTimeout must be ≥ " + Durations.print(SHORTEST_CLIENT_TIMEOUT) + " or none",
                    Durations.print(clientTimeout.get()));
        }
    }

    /** Returns the same settings for jobs with the priority of their login. */
    public JobSettings withoutNice() {
        return new JobSettings(List.of(), useCurrentDirectory, keep, unreachableTimeout, clientTimeout, limits);
    }
}
