package io.loadshare.agent;

import java.time.Duration;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * How long a client waits before it asks agents again, so that many who place many jobs at once do not spend their time on
 * deciding anew what others have decided meanwhile. As long as starts are hardly refused nobody waits; else each waits a
 * while by chance, whose limit doubles with each round that others got in the way of, and shrinks with each that went well.
 * A while without such rounds is forgotten. Any thread may call.
 */
final class ContentionBackoff {

    /** So many refusals of one round are usual where few decide at the same time. */
    private static final int USUAL_REFUSALS = 2;

    private static final double SHRINKS_TO = 0.9;
    private static final int FORGOTTEN_AFTER = 4; // times the limit

    private final Duration most;
    private final LongSupplier nanoClock;
    private final Random random;
    private long limitNanos;
    private long crowdedAt;

    /**
     * @param most longest wait
     * @param nanoClock as {@link System#nanoTime}
     */
    ContentionBackoff(Duration most, LongSupplier nanoClock, Random random) {
        this.most = most;
        this.nanoClock = nanoClock;
        this.random = random;
    }

    /** How long to wait before the next round. */
    synchronized Duration pause() {
        if (nanoClock.getAsLong() - crowdedAt > FORGOTTEN_AFTER * limitNanos) {
            limitNanos = 0;
        }
        return Duration.ofNanos((long) (random.nextDouble() * limitNanos));
    }

    /**
     * Takes note of a round.
     *
     * @param took how long it took, from the questions on
     * @param refusals how often a start was refused since others had come between
     */
    synchronized void ended(Duration took, int refusals) {
        if (refusals > USUAL_REFUSALS) {
            limitNanos = Math.min(most.toNanos(), 2 * Math.max(limitNanos, took.toNanos()));
            crowdedAt = nanoClock.getAsLong();
        } else {
            limitNanos *= SHRINKS_TO;
        }
    }
}
