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

/** One login on one server, including the jump hosts on the way, which serve only this connection. */
final class Connection {

    /**
     * JSch's messages for a channel that was not opened, so that nothing was started. After other failures this is
     * unknown.
     */
    private static final Set<String> NOT_OPENED = Set.of("channel is not opened.", "session is down");

    /** The time one write may block before the connection is closed, for the sake of callers that must not wait. */
    private static final int STUCK_MILLIS = 1000;

    /** The time in which a live server must answer. */
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

    /** Returns why the connection ended; null while it lasts. Call this after an error. */
    String loss() {
        return wire.settledLoss();
    }

    /** A channel could not be opened; its command was not started. */
    static final class ChannelNotOpenedException extends Exception {
        private static final long serialVersionUID = 1L;

        /** Whether the server refused the channel, as it does beyond its MaxSessions; otherwise it did not answer. */
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
     * Returns a channel for a command, not yet opened.
     *
     * @param line the line for the login shell
     * @param output receives stdout; it is closed at the end of stdout
     * @param errors receives stderr; it is closed with the channel
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
     * @param millis the time limit for the server to open the channel, and again to start the command
     * @throws JSchException if the command may have been started
     */
    void start(ChannelExec channel, int millis, DeadlineGuard guard) throws ChannelNotOpenedException, JSchException {
        guard.atDeadline(() -> abandon(channel));
        connect(channel, millis);
    }

    /** Opens a link to another server through this one. */
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

    /** Wakes the threads that wait for a channel: JSch does not notify them when the connection has ended. */
    private void wakeOpening() {
        for (Channel channel : opening) {
            synchronized (channel) {
                channel.notifyAll();
            }
        }
    }

    /** Returns whether the server, not only its network, is alive. */
    boolean isAnswering() {
        return wire.isAnswering(ANSWER_MILLIS);
    }

    /**
     * Ends what runs on a channel, as far as the server can (not for root), and closes the channel without a long wait.
     */
    void kill(Channel channel) {
        wire.abortIfStuck(STUCK_MILLIS);
        try {
            channel.sendSignal("KILL");
        } catch (Exception e) {
            // The channel or the connection has ended.
        }
        channel.disconnect();
    }

    /** Closes a channel without a long wait. */
    void abandon(Channel channel) {
        wire.abortIfStuck(STUCK_MILLIS);
        channel.disconnect();
    }

    /** Closes the connection at once. */
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
