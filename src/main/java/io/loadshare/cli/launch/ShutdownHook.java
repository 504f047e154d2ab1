package io.loadshare.cli.launch;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * The shutdown hook for a JVM that is ended (Ctrl-C, TERM, HUP): waits for a job that is being started, and ends a job
 * that runs. A job whose start has not begun is not started any more.
 */
final class ShutdownHook {

    /** The longest duration of a start; a start that takes longer has failed. */
    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    private final Thread thread = new Thread(this::run, "loadshare-kill");
    private boolean goingDown; // guarded by this
    private boolean starting; // guarded by this
    private Runnable kill = () -> {}; // guarded by this

    ShutdownHook() {
        Runtime.getRuntime().addShutdownHook(thread);
    }

    /** Records that a job is about to be started; does not return if the JVM ends. */
    void starting() {
        synchronized (this) {
            starting = !goingDown;
        }
        while (!isStarting()) {
            LockSupport.park(this);
        }
    }

    /** Records that the start has failed, so that no job has to be waited for. */
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

    /**
     * Records that the job has ended. If it ended because the JVM is ending, the hook still uses the connection: this
     * method then does not return.
     */
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
