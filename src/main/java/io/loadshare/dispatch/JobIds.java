package io.loadshare.dispatch;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Makes ids such as {@code 0mkq3z9x1-04k2pz}: 16 of a-z, 0-9 and '-', one word anywhere and safe as the name of a
 * directory. They sort by time (milliseconds, nine digits to base 36, until the year 5188); two processes that make one
 * in the same millisecond differ in one of two thousand million random numbers, and the ledger refuses the second of
 * equal ones. Any thread may call.
 */
public final class JobIds {

    private static final int BASE = 36;
    private static final int TIME_DIGITS = 9;
    private static final int RANDOM_DIGITS = 6;
    private static final long RANDOMS = 2_176_782_336L; // BASE to the power of RANDOM_DIGITS

    private final InstantSource clock;
    private final RandomGenerator random;
    private long last;

    /** @param random seeded differently in every process */
    public JobIds(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** A new id, greater than all that this object made before. */
    public synchronized String next() {
        last = Math.max(clock.millis(), last + 1);
        return digits(last, TIME_DIGITS) + "-" + digits(random.nextLong(RANDOMS), RANDOM_DIGITS);
    }

    private static String digits(long value, int count) {
        String digits = Long.toString(value, BASE);
        return "0".repeat(count - digits.length()) + digits;
    }
}
