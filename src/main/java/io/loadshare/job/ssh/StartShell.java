package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A shell on a host that starts detached jobs, one after another. One thread uses it at a time. */
final class StartShell implements AutoCloseable {

    private static final int ANSWER_LIMIT = 64 * 1024;

    /**
     * How long to wait for the host to clean up after its answer. The host also finishes the cleanup without a client.
     */
    private static final Duration CLEANUP_TIMEOUT = Duration.ofSeconds(1);

    private final Session session;
    private final RemoteProcess process;
    private final AtomicInteger scripts = new AtomicInteger();

    private StartShell(Session session, RemoteProcess process) {
        this.session = session;
        this.process = process;
    }

    /** @throws LoadshareException if the shell cannot be started; nothing was done then */
    static StartShell open(Transport transport, Host host, Deadline deadline) {
        Session session = transport.connect(host, deadline);
        try {
            return new StartShell(session, session.startQuiet(RemoteScript.SHELL, deadline));
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Returns the number of scripts that were sent. */
    int scripts() {
        return scripts.get();
    }

    /** Sends a script and returns its answer. */
    byte[] run(byte[] script, Deadline deadline) {
        try {
            scripts.incrementAndGet();
            return ask(script, deadline);
        } catch (IOException e) {
            throw TransportException.lost(session.host(), e);
        }
    }

    /** Sends an input for the current script, and returns the next answer. */
    byte[] ask(byte[] input, Deadline deadline) throws IOException {
        process.stdin().write(input);
        process.stdin().flush();
        return RemoteScript.read(session, process, ANSWER_LIMIT, deadline);
    }

    /** Waits for the end of a shell whose script has ended it. */
    void awaitEnd(Deadline deadline) {
        try {
            process.waitFor(deadline.within(CLEANUP_TIMEOUT));
        } catch (TransportException e) {
            // The answer is complete, so the exit of the process does not matter.
        }
    }

    /** Ends the shell at once. A job that it has prepared and not begun is removed. */
    @Override
    public void close() {
        try (session) {
            process.close();
        }
    }
}
