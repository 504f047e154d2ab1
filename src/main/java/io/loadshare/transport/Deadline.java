package io.loadshare.transport;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A moment by which something must have happened, on a monotonic clock. */
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
     * @param nanoClock as {@link System#nanoTime}
     */
    public static Deadline after(Duration duration, LongSupplier nanoClock) {
        return new Deadline(nanoClock, nanoClock.getAsLong() + duration.toNanos(), duration);
    }

    /** The earlier of this deadline and one {@code duration} from now. */
    public Deadline within(Duration duration) {
        Deadline other = after(duration, nanoClock);
        return other.nanos - nanos < 0 ? other : this;
    }

    /** What is left; zero if it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanos - nanoClock.getAsLong()));
    }

    /** What is left in milliseconds, at least 1, for interfaces to which 0 means for ever. */
    public int remainingMillis() {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, remaining().toMillis()));
    }

    public boolean hasPassed() {
        return nanos - nanoClock.getAsLong() <= 0;
    }

    /** How long it was when it was set, for messages. */
    public Duration granted() {
        return granted;
    }

    /** That length for messages: {@code 10 s}, {@code 0.25 s}. */
    public String words() {
        return BigDecimal.valueOf(granted.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }
}
