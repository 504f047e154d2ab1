package io.loadshare.dispatch;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * A generator of job IDs such as {@code 0mkq3z9x1-04k2pz}: 16 characters of a-z, 0-9 and '-'. An ID is a single word
 * everywhere and is safe as a directory name. IDs sort by time (milliseconds, nine digits in base 36, until the year
 * 5188). IDs that two processes create in the same millisecond differ in a random number out of about two billion, and
 * the ledger rejects the second of two equal IDs. This class is thread-safe.
 */
public final class JobIds {

    private static final int BASE = 36;
    private static final int TIME_DIGITS = 9;
    private static final int RANDOM_DIGITS = 6;
    private static final long RANDOMS = 2_176_782_336L; // BASE to the power of RANDOM_DIGITS

    private final InstantSource clock;
    private final RandomGenerator random;
    private long last;

    /** @param random a generator with a different seed in every process */
    public JobIds(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** Returns a new ID, greater than all IDs that this object has returned before. */
    public synchronized String next() {
        last = Math.max(clock.millis(), last + 1);
        return digits(last, TIME_DIGITS) + "-" + digits(random.nextLong(RANDOMS), RANDOM_DIGITS);
    }

    private static String digits(long value, int count) {
        String digits = Long.toString(value, BASE);
        return "0".repeat(count - digits.length()) + digits;
    }
}
