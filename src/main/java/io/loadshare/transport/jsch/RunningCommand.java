package io.loadshare.transport.jsch;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.ShellGate;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** One command on a channel, from its start to its end. */
final class RunningCommand {

    /** Slightly less than the data of a packet, for which OpenSSH allows 32 KiB. */
    private static final int CHUNK = 32_000;

    private final Host host;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<HostPool.Place> place = new AtomicReference<>();
    private volatile ChannelExec channel;
    private volatile Connection connection;

    RunningCommand(Host host) {
        this.host = host;
    }

    /**
     * Starts the command, on a kept connection if one is alive. If a connection turns out to be dead before the command
     * was sent, it is discarded and the next one is tried; a command that may have been started is never started again.
     *
     * @param output receives stdout; a call of its {@code close} means that all output has arrived
     * @param errors receives stderr
     */
    void start(
            RemoteCommand command,
            OutputStream output,
            OutputStream errors,
            HostPool pool,
            HostPool.Use use,
            Deadline deadline,
            DeadlineGuard guard) {
        while (true) {
            HostPool.Place taken = pool.take(use, deadline);
            place.set(taken);
            connection = taken.connection();
            ShellGate gate = new ShellGate(host, connection.target().settings().user(), command, output, errors);
            // If the host of a kept connection is gone, enough time must remain for a new connection.
            int millis = taken.isOnNewConnection()
                    ? deadline.remainingMillis()
                    : Math.max(1, deadline.remainingMillis() / 2);
            try {
                channel = connection.prepare(
                        gate.loginLine(), command.terminal(), gate.stdout(), endingWith(gate.stderr()));
                connection.start(channel, millis, guard);
                taken.started();
                if (gate.open(stdin(), deadline)) {
                    return;
                }
                if (isToBeReplaced(taken, deadline)) {
                    giveBack();
                    continue;
                }
                throw notProved(gate, deadline, guard);
            } catch (Connection.ChannelNotOpenedException e) {
                place.set(null);
                if (e.isRefused()) {
                    refused(e, taken);
                } else {
                    unanswered(e, taken, deadline);
                }
            } catch (JSchException e) {
                TransportException failure = notStarted(e, deadline, guard);
                boolean replaced = isToBeReplaced(taken, deadline);
                giveBack();
                if (!replaced) {
                    throw failure;
                }
            } catch (IOException e) {
                giveBack();
                throw TransportException.lost(host, e);
            }
        }
    }

    /** Returns whether a kept connection was lost before the command was sent, so that a new one may carry it. */
    private boolean isToBeReplaced(HostPool.Place taken, Deadline deadline) {
        return !taken.isOnNewConnection() && connection.loss() != null && !deadline.hasPassed();
    }

    private void giveBack() {
        HostPool.Place taken = place.getAndSet(null);
        if (taken != null) {
            taken.retire();
        }
    }

    /** Returns the failure of a command that was not sent, and ends whatever runs in its place. */
    private TransportException notProved(ShellGate gate, Deadline deadline, DeadlineGuard guard) {
        String loss = connection.loss();
        boolean answers = loss == null && connection.isAnswering();
        int status = channel.getExitStatus();
        connection.kill(channel);
        giveBack();
        if (loss != null && !guard.hasStruck()) {
            return TransportException.lostBeforeStart(host, new IOException(loss));
        }
        return answers
                ? gate.refusal(status < 0 ? OptionalInt.empty() : OptionalInt.of(status), deadline)
                : TransportException.timedOut(host, "start the command", deadline);
    }

    private void refused(Connection.ChannelNotOpenedException e, HostPool.Place taken) {
        if (taken.refused()) {
            throw new TransportException(
                    Reason.LOGIN,
                    host.name() + " lets us in but starts no commands: " + e.getMessage()
                            + ". Its sshd may forbid it to this user (MaxSessions 0)",
                    e);
        }
    }

    private void unanswered(Connection.ChannelNotOpenedException e, HostPool.Place taken, Deadline deadline) {
        String loss = connection.loss();
        taken.retire();
        if (taken.isOnNewConnection() || deadline.hasPassed()) {
            throw loss == null
                    ? TransportException.timedOut(host, "open a channel", deadline)
                    : TransportException.lostBeforeStart(host, new IOException(loss, e));
        }
    }

    private TransportException notStarted(JSchException e, Deadline deadline, DeadlineGuard guard) {
        if (guard.hasStruck() || deadline.hasPassed()) {
            return TransportException.timedOut(host, "start the command", deadline);
        }
        String loss = connection.loss();
        return loss == null
                ? new TransportException(
                        Reason.LOGIN,
                        host.name() + " lets us in but refuses to run a command (" + e.getMessage()
                                + "): is the login restricted (a forced command, no-pty, a shell that is missing)?",
                        e)
                : TransportException.lostBeforeStart(host, new IOException(loss, e));
    }

    /**
     * Returns a stderr stream whose {@code close} marks the end of the command: JSch reports the end of a channel in no
     * other way.
     */
    private OutputStream endingWith(OutputStream errors) {
        return new FilterOutputStream(errors) {
            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                out.write(bytes, offset, count);
            }

            @Override
            public void close() throws IOException {
                out.close();
                HostPool.Place taken = place.getAndSet(null);
                if (taken != null) {
                    taken.ended();
                }
                ended.countDown();
            }
        };
    }

    /** Makes {@link #await} return although the command has not ended. */
    void giveUp() {
        ended.countDown();
    }

    /** Waits for the end; returns whether the command has ended by the deadline. */
    boolean await(Deadline deadline) {
        try {
            return ended.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw TransportException.interrupted(host);
        }
    }

    /** Returns the exit status of a command that has ended. */
    int status() {
        int status = channel.getExitStatus();
        if (status >= 0) {
            return status;
        }
        String loss = connection.loss();
        if (loss != null) {
            throw TransportException.lost(host, new IOException(loss));
        }
        throw new TransportException(
                Reason.LOST,
                "the command on " + host.name() + " ended without an exit status: a signal killed its process, or sshd"
                        + " gave it up. (Run it under a shell that stays, which turns signal N into status 128+N.)",
                null);
    }

    /** Returns what prevented a proper end of the output; null if nothing did. */
    IOException breach() {
        boolean cut = channel.isClosed() && channel.getExitStatus() < 0;
        return cut ? new IOException("the output of the command on " + host.name() + " was cut off") : null;
    }

    /** Releases the command without a long wait. This does not kill the remote command. */
    void abandon() {
        if (place.get() != null) {
            connection.abandon(channel);
        }
    }

    /** Returns the stdin of the command. Every write is sent at once; {@code close} is the end of file. */
    OutputStream stdin() throws IOException {
        return new FilterOutputStream(channel.getOutputStream()) {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                for (int done = 0; done < count; done += CHUNK) {
                    // JSch silently drops data that is written to a closed channel.
                    if (channel.isClosed()) {
                        throw new IOException("the command on " + host.name() + " takes no more input: it has ended");
                    }
                    out.write(bytes, offset + done, Math.min(CHUNK, count - done));
                    out.flush();
                }
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }
}
