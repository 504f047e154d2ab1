package io.loadshare.transport;

import io.loadshare.host.Host;

/**
 * A way to reach hosts. One transport represents one identity (login, keys, host-key list) and keeps and shares its
 * connections until it is closed. It is safe for use by several threads.
 */
public interface Transport extends AutoCloseable {

    /**
     * Returns a session on the host, on a kept connection if one is alive, otherwise on a new one.
     *
     * @throws TransportException if the host cannot be reached, refuses the login, or does not answer by the deadline
     */
    Session connect(Host host, Deadline deadline);

    /** Closes all connections; running remote commands lose their streams. */
    @Override
    void close();
}
