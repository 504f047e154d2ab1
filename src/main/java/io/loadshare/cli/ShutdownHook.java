package io.loadshare.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * What is still done when the JVM is told to end (Ctrl-C, TERM, HUP): a job that is being started is awaited, and one that
 * runs is ended. A job that was not yet being started is not started any more.
 */
final class ShutdownHook {

    /** A start that takes longer has failed. */
    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    private final Thread thread = new Thread(this::run, "loadshare-kill");
    private boolean goingDown; // guarded by this
    private boolean starting; // guarded by this
    private Runnable kill = () -> {}; // guarded by this

    ShutdownHook() {
        Runtime.getRuntime().addShutdownHook(thread);
    }

    /** A job is about to be started; does not return if the JVM ends. */
    void starting() {
        synchronized (this) {
            starting = !goingDown;
        }
        while (!isStarting()) {
            LockSupport.park(this);
        }
    }

    /** There is none to wait for: the start has failed. */
    synchronized void failed() {
        starting = false;
        notifyAll();
    }

    /** @param newKill ends the job, from now on */
    synchronized void started(Runnable newKill) {
        kill = newKill;
        starting = false;
        notifyAll();
    }

    /** The job has ended. If it did because the JVM was told to end, the hook needs the connection still: does not return then. */
    void ended() throws InterruptedException {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            new CountDownLatch(1).await();
        }
    }

    private synchronized boolean isStarting() {
        return starting;
    }

    private void run() {
        Runnable last;
        synchronized (this) {
            goingDown = true;
            long end = System.nanoTime() + LONGEST_START.toNanos();
            try {
                while (starting && System.nanoTime() < end) {
                    wait(LONGEST_START.toMillis());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            last = kill;
        }
        last.run();
    }
}
