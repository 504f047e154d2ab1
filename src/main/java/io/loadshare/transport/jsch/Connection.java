package io.loadshare.transport.jsch;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Pipe;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.SshAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One login on one server, and the jump hosts it goes through, which serve it alone. */
final class Connection {

    /** JSch's words where a channel was not opened, so that nothing was started. Other failures leave that open. */
    private static final Set<String> NOT_OPENED = Set.of("channel is not opened.", "session is down");

    /** How long one write may block before the connection is given up for the sake of whoever must not wait. */
    private static final int STUCK_MILLIS = 1000;

    /** How long a server that is alive may take for an answer. */
    private static final int ANSWER_MILLIS = 1000;

    private final LoginTarget target;
    private final Session session;
    private final MonitoredStream wire;
    private final Optional<Connection> jump;
    private final Set<Channel> opening = ConcurrentHashMap.newKeySet();

    Connection(LoginTarget target, Session session, MonitoredStream wire, Optional<Connection> jump) {
        this.target = target;
        this.session = session;
        this.wire = wire;
        this.jump = jump;
        wire.loggedIn(this::wakeOpening);
    }

    LoginTarget target() {
        return target;
    }

    boolean isAlive() {
        return session.isConnected();
    }

    /** Why it ended; null while it lasts. To be asked when something went wrong. */
    String loss() {
        return wire.settledLoss();
    }

    /** A channel could not be opened; whatever it was for was not started. */
    static final class ChannelNotOpenedException extends Exception {
        private static final long serialVersionUID = 1L;

        /** Whether the server said no, as it does beyond its MaxSessions; otherwise it did not answer. */
        private final boolean refused;

        ChannelNotOpenedException(boolean refused, String message, Throwable cause) {
            super(message, cause);
            this.refused = refused;
        }

        boolean isRefused() {
            return refused;
        }
    }

    /**
     * A channel for a command, not yet opened.
     *
     * @param line for the login shell
     * @param output takes its stdout; it is closed at its end
     * @param errors takes its stderr; it is closed when the channel is
     */
    ChannelExec prepare(
            String line, Optional<RemoteCommand.Terminal> terminal, OutputStream output, OutputStream errors)
            throws ChannelNotOpenedException {
        ChannelExec channel = (ChannelExec) channel("exec");
        channel.setCommand(line.getBytes(StandardCharsets.UTF_8));
        terminal.ifPresent(given -> {
            channel.setPty(true);
            channel.setPtyType(given.type(), given.columns(), given.rows(), 0, 0);
        });
        channel.setOutputStream(output);
        channel.setErrStream(errors);
        return channel;
    }

    /**
     * Opens a channel and starts its command.
     *
     * @param millis how long the server may take to open it, and again to start the command
     * @throws JSchException if the command may or may not have been started
     */
    void start(ChannelExec channel, int millis, DeadlineGuard guard) throws ChannelNotOpenedException, JSchException {
        guard.atDeadline(() -> abandon(channel));
        connect(channel, millis);
    }

    /** Opens a way on to another server. */
    Link forward(SshAddress to, Deadline deadline) throws ChannelNotOpenedException, JSchException, IOException {
        Pipe pipe = new Pipe();
        ChannelDirectTCPIP channel = (ChannelDirectTCPIP) channel("direct-tcpip");
        channel.setHost(to.host());
        channel.setPort(to.port());
        channel.setOutputStream(pipe.writer());
        connect(channel, deadline.remainingMillis());
        return new JumpLink(this, pipe, channel.getOutputStream());
    }

    private Channel channel(String type) throws ChannelNotOpenedException {
        try {
            Channel channel = session.openChannel(type);
            if (channel != null) {
                return channel;
            }
            throw new ChannelNotOpenedException(false, "the connection is gone", null);
        } catch (JSchException e) {
            throw new ChannelNotOpenedException(false, "the connection is gone", e);
        }
    }

    private void connect(Channel channel, int millis) throws ChannelNotOpenedException, JSchException {
        opening.add(channel);
        try {
            channel.connect(millis);
        } catch (JSchException e) {
            if (NOT_OPENED.contains(String.valueOf(e.getMessage()))) {
                int reason = channel.getExitStatus();
                boolean refused = reason > 0;
                throw new ChannelNotOpenedException(
                        refused, refused ? "it refused a channel (reason " + reason + ")" : "it opened no channel", e);
            }
            throw e;
        } finally {
            opening.remove(channel);
        }
    }

    /** JSch tells those who wait for a channel nothing when the connection has ended. */
    private void wakeOpening() {
        for (Channel channel : opening) {
            synchronized (channel) {
                channel.notifyAll();
            }
        }
    }

    /** Whether the server, not just its network, is alive. */
    boolean isAnswering() {
        return wire.isAnswering(ANSWER_MILLIS);
    }

    /** Ends what runs on a channel, as far as the server can (not for root), and lets go of it without ever waiting long. */
    void kill(Channel channel) {
        wire.abortIfStuck(STUCK_MILLIS);
        try {
            channel.sendSignal("KILL");
        } catch (Exception e) {
            // The channel has ended, or the connection has.
        }
        channel.disconnect();
    }

    /** Lets go of a channel without ever waiting long. */
    void abandon(Channel channel) {
        wire.abortIfStuck(STUCK_MILLIS);
        channel.disconnect();
    }

    /** Ends the connection at once. */
    void abort(String why) {
        wire.abort(why);
        jump.ifPresent(connection -> connection.abort(why));
    }

    void close() {
        abort("it was closed here");
        session.disconnect();
        jump.ifPresent(Connection::close);
    }
}
