package io.loadshare.transport;

import io.loadshare.host.Host;

/** An authenticated connection to one host on which commands run in parallel. It is safe for use by several threads. */
public interface Session extends AutoCloseable {

    Host host();

    /** Returns the login name under which the commands run. */
    String user();

    /** Returns whether the host has accepted the login; false if the answer is only known once a command runs. */
    default boolean isLoggedIn() {
        return true;
    }

    /**
     * Starts a command. Neither the command nor its input leaves this program before the host has proved that our own
     * shell reads it there ({@link ShellGate}).
     *
     * @throws TransportException if the command was not started by the deadline, which is certain unless the reason is
     *     LOST
     */
    RemoteProcess start(RemoteCommand command, Deadline deadline);

    /**
     * Starts a command like {@link #start}, for a command that prints almost nothing and whose output is read at once.
     * It may share a connection, on which a command whose output is not read would block the others.
     */
    default RemoteProcess startQuiet(String line, Deadline deadline) {
        return start(RemoteCommand.of(line), deadline);
    }

    /**
     * Runs a command to its end: writes {@code stdin}, closes it, and collects the output.
     *
     * @param limit the maximum number of bytes of stdout, and of stderr; more output is a failure and is not truncated
     * @throws TransportException if the command has not ended by the deadline, prints too much, or the connection is
     *     lost
     */
    default CommandResult run(String line, byte[] stdin, int limit, Deadline deadline) {
        try (RemoteProcess process = start(RemoteCommand.of(line), deadline)) {
            return new OutputCollector(host(), process, limit, deadline).gather(stdin);
        }
    }

    /** Returns the session to the transport, which may keep the connection for the next caller. */
    @Override
    void close();
}
