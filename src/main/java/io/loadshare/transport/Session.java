package io.loadshare.transport;

import io.loadshare.host.Host;

/** An authenticated connection to one host, on which commands run side by side. Any thread may call. */
public interface Session extends AutoCloseable {

    Host host();

    /** The login name the commands run as. */
    String user();

    /** Whether the host has let us in; false if that shows only once a command runs. */
    default boolean isLoggedIn() {
        return true;
    }

    /**
     * Starts a command. Nothing of it, nor of its input, leaves this program before the host has proved that our own shell
     * there reads it ({@link ShellGate}).
     *
     * @throws TransportException if it was not started by the deadline, which is certain unless the reason is LOST
     */
    RemoteProcess start(RemoteCommand command, Deadline deadline);

    /**
     * As {@link #start}, for a command that prints next to nothing and is read at once. It may share a connection, where one
     * that is not read would hold up the others.
     */
    default RemoteProcess startQuiet(String line, Deadline deadline) {
        return start(RemoteCommand.of(line), deadline);
    }

    /**
     * Runs a command to its end: writes {@code stdin}, closes it, and gathers what it prints.
     *
     * @param limit most bytes taken of stdout, and of stderr; more is a failure, not a cut
     * @throws TransportException if it has not ended by the deadline, prints too much, or the connection is lost
     */
    default CommandResult run(String line, byte[] stdin, int limit, Deadline deadline) {
        try (RemoteProcess process = start(RemoteCommand.of(line), deadline)) {
            return new OutputCollector(host(), process, limit, deadline).gather(stdin);
        }
    }

    /** Gives the session back; the transport may keep the connection for the next caller. */
    @Override
    void close();
}
