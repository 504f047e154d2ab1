package io.loadshare.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Waits for something that is about to happen elsewhere, and fails if it does not. */
public final class Waiting {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 20;

    private Waiting() {}

    /**
     * @param what it is that is waited for, in words
     */
    public static void until(String what, Callable<Boolean> condition) {
        until(what, LIMIT, condition);
    }

    public static void until(String what, Duration limit, Callable<Boolean> condition) {
        until(limit, condition, () -> what);
    }

    /** For 30 s at most. */
    public static void until(Callable<Boolean> condition, Supplier<String> instead) {
        until(Duration.ofSeconds(30), condition, instead);
    }

    /**
     * @param instead what there is when it is given up
     */
    public static void until(Duration limit, Callable<Boolean> condition, Supplier<String> instead) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("waited " + limit.toSeconds() + " s in vain: " + instead.get());
                }
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("while waiting: " + instead.get(), e);
        }
    }
}
