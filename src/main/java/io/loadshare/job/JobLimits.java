package io.loadshare.job;

import io.loadshare.Durations;
import io.loadshare.InvalidSettingException;
import io.loadshare.Numbers;
import io.loadshare.transport.ShellWords;
import java.time.Duration;
import java.util.Optional;

/**
 * The limits of a job. The host ends a job that exceeds one (TERM, and KILL after the grace period), and records the
 * reason.
 *
 * @param time how long it may run
 * @param memory how many bytes its processes may use together
 */
public record JobLimits(Optional<Duration> time, Optional<Long> memory) {

    /** No limits of its own: those of the settings apply. */
    public static final JobLimits NONE = new JobLimits(Optional.empty(), Optional.empty());

    /** No limits, whatever the settings say. */
    public static final JobLimits UNLIMITED =
            new JobLimits(Optional.of(Duration.ofSeconds(Long.MAX_VALUE)), Optional.of(Long.MAX_VALUE));

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final long LEAST_MEMORY = 1L << 20;

    public JobLimits {
        if (time.isPresent() && time.get().compareTo(Duration.ofSeconds(1)) < 0) {
            throw new InvalidSettingException("timeLimit", "timeLimit must be ≥ 1s", Durations.print(time.get()));
        }
        if (memory.isPresent() && memory.get() < LEAST_MEMORY) {
            throw new InvalidSettingException("memoryLimit", "memoryLimit must be ≥ 1M", Numbers.bytes(memory.get()));
        }
    }

    /** Returns these limits, and the others where these set none. */
    public JobLimits or(JobLimits others) {
        return new JobLimits(time.or(others::time), memory.or(others::memory));
    }

    /** Compares the components, because the first {@code equals} of a record takes 10 ms, and each start asks this. */
    public boolean isNone() {
        return has(NONE) || has(UNLIMITED);
    }

    private boolean has(JobLimits others) {
        return time.equals(others.time) && memory.equals(others.memory);
    }

    /** Returns the variable assignments for {@code limits.sh}. */
    public String definitions() {
        return "time_limit=" + time.map(Duration::toSeconds).orElse(0L)
                + " time_words=" + ShellWords.quote(time.map(Durations::print).orElse(""))
                + " memory_limit=" + memory.map(bytes -> bytes >> 10).orElse(0L)
                + " memory_words=" + ShellWords.quote(memory.map(Numbers::bytes).orElse(""))
                + " limit_grace=" + GRACE.toSeconds() + "\n";
    }
}
