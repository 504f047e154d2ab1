package io.loadshare.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The only thread of this process that accesses a ledger's file; it ends when it is not needed.
 *
 * <p>It exists for two reasons. A {@code fcntl} lock belongs to the process and is lost when the process closes any
 * descriptor of the file, so no two threads may work on one file at the same time, not even to read it. And an
 * interrupt closes the channel of the interrupted thread, which would lose the lock during a transaction. This thread
 * is never interrupted, and callers keep waiting for it.
 */
final class LedgerThread extends Thread {

    private static final Map<Path, ThreadPoolExecutor> BY_FILE = new ConcurrentHashMap<>();

    private LedgerThread(Runnable work) {
        super(work, "loadshare-ledger");
        setDaemon(true);
    }

    /**
     * Runs work on a file, after earlier work of other threads of this process.
     *
     * @throws IllegalStateException if it is called from within such work
     */
    static <T> T run(Path file, Callable<T> work) throws IOException {
        if (Thread.currentThread() instanceof LedgerThread) {
            throw new IllegalStateException("a decision must not use the ledger it decides on");
        }
        Future<T> result = BY_FILE.computeIfAbsent(file, LedgerThread::executor).submit(work);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ThreadPoolExecutor executor(Path file) {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), LedgerThread::new);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    private static IOException rethrown(Throwable cause) {
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        return cause instanceof IOException e ? e : new IOException(cause);
    }
}
