package io.loadshare.agent.client;

import java.time.Duration;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * Computes how long a client waits before it queries agents again, so that many clients that place many jobs do not
 * spend their time on repeated decisions. While few starts are refused, nobody waits. Otherwise each client waits for a
 * random time; its limit doubles with each round that conflicted and shrinks with each that did not. After some time
 * without conflicts, the limit is reset. Any thread may call.
 */
final class ContentionBackoff {

    /** The number of refusals in one round that is normal with few clients. */
    private static final int USUAL_REFUSALS = 2;

    private static final double SHRINKS_TO = 0.9;
    private static final int FORGOTTEN_AFTER = 4; // times the limit

    private final Duration most;
    private final LongSupplier nanoClock;
    private final Random random;
    private long limitNanos;
    private long crowdedAt;

    /**
     * @param most the longest wait
     * @param nanoClock as {@link System#nanoTime}
     */
    ContentionBackoff(Duration most, LongSupplier nanoClock, Random random) {
        this.most = most;
        this.nanoClock = nanoClock;
        this.random = random;
    }

    /** Returns how long to wait before the next round. */
    synchronized Duration pause() {
        if (nanoClock.getAsLong() - crowdedAt > FORGOTTEN_AFTER * limitNanos) {
            limitNanos = 0;
        }
        return Duration.ofNanos((long) (random.nextDouble() * limitNanos));
    }

    /**
     * Records a round.
     *
     * @param took how long it took, from the queries on
     * @param refusals how often a start was refused because of other starts
     */
    synchronized void ended(Duration took, int refusals) {
        if (refusals > USUAL_REFUSALS) {
            limitNanos = Math.min(most.toNanos(), 2 * Math.max(limitNanos, took.toNanos()));
            crowdedAt = nanoClock.getAsLong();
        } else {
            limitNanos = (long) (limitNanos * SHRINKS_TO);
        }
    }
}
