package io.jenkins.plugins.loadshare.nodes;

import java.time.Duration;
import java.util.function.Supplier;

/** Waits until a condition holds, and fails with what is instead. */
final class Await {

    private Await() {}

    /** What is waited for. */
    interface Condition {
        boolean holds() throws Exception;
    }

    /** For 30 s at most. */
    static void await(Condition condition, Supplier<String> state) throws Exception {
        await(Duration.ofSeconds(30), condition, state);
    }

    static void await(Duration limit, Condition condition, Supplier<String> state) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + state.get());
            }
            Thread.sleep(100);
        }
    }
}
