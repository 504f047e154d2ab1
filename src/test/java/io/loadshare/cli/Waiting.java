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
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited " + LIMIT.toSeconds() + " s in vain: " + what);
            }
            Thread.sleep(50);
        }
    }
}
