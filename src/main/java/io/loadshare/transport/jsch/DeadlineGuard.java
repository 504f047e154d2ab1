package io.loadshare.transport.jsch;

import io.loadshare.transport.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A guard that ends blocking calls at a deadline by closing the resource they wait for, because neither JSch nor its
 * socket supports an overall time limit. It is active from its construction until {@link #close}; the JDK's own timer
 * thread serves all guards.
 */
final class DeadlineGuard implements AutoCloseable {

    private final CompletableFuture<Void> timer = new CompletableFuture<>();
    private final List<Runnable> closers = new ArrayList<>();
    private boolean struck;

    DeadlineGuard(Deadline deadline) {
        timer.orTimeout(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS).whenComplete((nothing, timeout) -> {
            if (timeout != null) {
                inBackground("loadshare-deadline", this::strike);
            }
        });
    }

    /** Runs {@code closer} at the deadline, or at once if the deadline has passed. */
    void atDeadline(Runnable closer) {
        synchronized (this) {
            if (!struck) {
                closers.add(closer);
                return;
            }
        }
        closer.run();
    }

    private void strike() {
        List<Runnable> all;
        synchronized (this) {
            struck = true;
            all = List.copyOf(closers);
        }
        all.forEach(Runnable::run);
    }

    /** Returns whether the deadline passed while the guard was active. */
    synchronized boolean hasStruck() {
        return struck;
    }

    @Override
    public void close() {
        timer.complete(null);
    }

    static void inBackground(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
