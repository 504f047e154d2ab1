package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The shells that submit jobs on login hosts. A new shell costs the login host about as much as {@code sbatch} itself, so
 * one that has submitted a job is passed on to a start that waits for a shell. If none waits, it ends: no shell is ever
 * idle. This class is thread-safe.
 */
final class StartShells {

    /** Starts beyond this number wait a moment for the shell of another one. */
    private static final int AT_A_TIME = 3;

    /** A start that waits longer opens its own shell: then Slurm is slow, not the login host. */
    private static final Duration WAIT_LIMIT = Duration.ofMillis(100);

    /** Nobody reads the error output of a shell, which must fit into its pipe. */
    private static final int MAX_SCRIPTS = 50;

    private final Transport transport;
    private final Map<Host, Shells> hosts = new ConcurrentHashMap<>();

    /** The shells on one login host. */
    private static final class Shells {
        final AtomicInteger open = new AtomicInteger();
        final SynchronousQueue<StartShell> passed = new SynchronousQueue<>(true);
    }

    StartShells(Transport transport) {
        this.transport = transport;
    }

    /**
     * Returns a shell for one start, which must call {@link #pass} or {@link #discard}.
     *
     * @throws LoadshareException if no shell can be started; nothing was done then
     */
    StartShell take(Host host, Deadline deadline) {
        Shells shells = hosts.computeIfAbsent(host, key -> new Shells());
        if (shells.open.get() >= AT_A_TIME) {
            StartShell shell = await(host, shells, deadline);
            if (shell != null) {
                return shell;
            }
        }
        shells.open.incrementAndGet();
        try {
            return StartShell.open(transport, host, deadline);
        } catch (RuntimeException e) {
            shells.open.decrementAndGet();
            throw e;
        }
    }

    private static StartShell await(Host host, Shells shells, Deadline deadline) {
        try {
            long limit = deadline.within(WAIT_LIMIT).remainingMillis();
            return shells.passed.poll(limit, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw TransportException.interrupted(host);
        }
    }

    /** Passes a shell on that has submitted a job, or ends it. */
    void pass(Host host, StartShell shell, Deadline deadline) {
        Shells shells = hosts.get(host);
        if (shell.scripts() >= MAX_SCRIPTS || !shells.passed.offer(shell)) {
            shells.open.decrementAndGet();
            shell.end(deadline);
        }
    }

    /** Ends a shell whose start failed. */
    void discard(Host host, StartShell shell) {
        hosts.get(host).open.decrementAndGet();
        shell.close();
    }
}
