package io.loadshare.transport;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A point in time, on a monotonic clock, by which an operation must be complete. */
public final class Deadline {

    private final LongSupplier nanoClock;
    private final long nanos;
    private final Duration granted;

    private Deadline(LongSupplier nanoClock, long nanos, Duration granted) {
        this.nanoClock = nanoClock;
        this.nanos = nanos;
        this.granted = granted;
    }

    /**
     * @param nanoClock a clock such as {@link System#nanoTime}
     */
    public static Deadline after(Duration duration, LongSupplier nanoClock) {
        return new Deadline(nanoClock, nanoClock.getAsLong() + duration.toNanos(), duration);
    }

    /** Returns the earlier of this deadline and one {@code duration} from now. */
    public Deadline within(Duration duration) {
        Deadline other = after(duration, nanoClock);
        return other.nanos - nanos < 0 ? other : this;
    }

    /** Returns the time left; zero if the deadline has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanos - nanoClock.getAsLong()));
    }

    /** Returns the time left in milliseconds, at least 1, for interfaces in which 0 means no limit. */
    public int remainingMillis() {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, remaining().toMillis()));
    }

    public boolean hasPassed() {
        return nanos - nanoClock.getAsLong() <= 0;
    }

    /** Returns the duration with which the deadline was set, for messages. */
    public Duration granted() {
        return granted;
    }

    /** Formats that duration for messages: {@code 10 s}, {@code 0.25 s}. */
    public String words() {
        return BigDecimal.valueOf(granted.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }
}
