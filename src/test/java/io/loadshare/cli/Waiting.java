package io.loadshare.cli;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for something that is about to happen elsewhere. */
final class Waiting {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Waiting() {}

    /**
     * @param what it is that is waited for, in words
     */
    static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, LIMIT, condition);
    }

    static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited " + limit.toSeconds() + " s in vain: " + what);
            }
            Thread.sleep(50);
        }
    }
}
