package io.loadshare.transport;

import io.loadshare.host.Host;

/**
 * Reaches hosts. One transport stands for one identity (login, keys, host-key list); connections are kept and shared
 * for as long as it is open. Any thread may call.
 */
public interface Transport extends AutoCloseable {

    /**
     * A session on the host: a kept connection where there is a live one, else a new one.
     *
     * @throws TransportException if the host cannot be reached, refuses, or has not answered by the deadline
     */
    Session connect(Host host, Deadline deadline);

    /** Closes all connections; running remote commands lose their streams. */
    @Override
    void close();
}
