package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Transport;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The shells that submit jobs on login hosts. A new shell costs the login host about as much as {@code sbatch} itself, so
 * one that has submitted a job is kept for a moment, for the next job of a burst. This class is thread-safe.
 */
final class StartShells {

    /** Short, so that a shell is never older than what is known about its host. */
    private static final Duration IDLE_LIMIT = Duration.ofMillis(200);

    /** Nobody reads the error output of a shell, which must fit into its pipe. */
    private static final int MAX_SCRIPTS = 50;

    private static final Executor AFTER_IDLE_LIMIT =
            CompletableFuture.delayedExecutor(IDLE_LIMIT.toMillis(), TimeUnit.MILLISECONDS, Runnable::run);

    private final Transport transport;
    private final Map<Host, Deque<StartShell>> idle = new ConcurrentHashMap<>();

    StartShells(Transport transport) {
        this.transport = transport;
    }

    /**
     * Returns a shell for one start.
     *
     * @throws LoadshareException if no shell can be started; nothing was done then
     */
    StartShell take(Host host, Deadline deadline) {
        StartShell shell = idleOn(host).pollFirst();
        return shell != null ? shell : StartShell.open(transport, host, deadline);
    }

    /** Keeps a shell that has submitted a job, or ends it. */
    void release(Host host, StartShell shell) {
        if (shell.scripts() >= MAX_SCRIPTS) {
            shell.close();
            return;
        }
        Deque<StartShell> shells = idleOn(host);
        int scripts = shell.scripts();
        shells.addFirst(shell);
        AFTER_IDLE_LIMIT.execute(() -> {
            if (shell.scripts() == scripts && shells.remove(shell)) {
                Thread end = new Thread(shell::close, "loadshare-shell-end");
                end.setDaemon(true);
                end.start();
            }
        });
    }

    private Deque<StartShell> idleOn(Host host) {
        return idle.computeIfAbsent(host, key -> new ConcurrentLinkedDeque<>());
    }
}
