package io.loadshare.transport.jsch;

import io.loadshare.host.Host;
import io.loadshare.transport.CommandResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.TransportException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A session on a host's kept connections. */
record JschSession(Host host, String user, HostPool pool) implements Session {

    @Override
    public RemoteProcess start(RemoteCommand command, Deadline deadline) {
        return JschProcess.start(host, command, pool, HostPool.Use.ALONE, deadline);
    }

    @Override
    public RemoteProcess startQuiet(String line, Deadline deadline) {
        return JschProcess.start(host, RemoteCommand.of(line), pool, HostPool.Use.QUIET, deadline);
    }

    /**
     * Collects the output on the thread that reads the connection, which never blocks on it, so that commands can share
     * a connection.
     */
    @Override
    public CommandResult run(String line, byte[] stdin, int limit, Deadline deadline) {
        RunningCommand running = new RunningCommand(host);
        Gathered stdout = new Gathered(limit, running);
        Gathered stderr = new Gathered(limit, running);
        try (DeadlineGuard guard = new DeadlineGuard(deadline)) {
            running.start(RemoteCommand.of(line), stdout, stderr, pool, HostPool.Use.SHARED, deadline, guard);
            try {
                feed(running, stdin);
                boolean ended = running.await(deadline);
                stdout.check(host, "stdout");
                stderr.check(host, "stderr");
                if (!ended || guard.hasStruck()) {
                    throw TransportException.timedOut(host, "end the command", deadline);
                }
                return new CommandResult(running.status(), stdout.bytes(), stderr.bytes());
            } finally {
                running.abandon();
            }
        }
    }

    private static void feed(RunningCommand running, byte[] input) {
        try (OutputStream stdin = running.stdin()) {
            stdin.write(input);
        } catch (IOException e) {
            // The command may end without reading its input; its exit status shows whether that was correct.
        }
    }

    @Override
    public void close() {
        // The pool keeps the connections.
    }

    private static final class Gathered extends OutputStream {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int limit;
        private final RunningCommand running;
        private boolean tooMuch;

        Gathered(int limit, RunningCommand running) {
            this.limit = limit;
            this.running = running;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] more, int offset, int count) {
            if (tooMuch || bytes.size() + count > limit) {
                tooMuch = true;
                running.giveUp();
            } else {
                bytes.write(more, offset, count);
            }
        }

        synchronized void check(Host host, String name) {
            if (tooMuch) {
                throw TransportException.tooMuch(host, limit, name);
            }
        }

        synchronized byte[] bytes() {
            return bytes.toByteArray();
        }
    }
}
