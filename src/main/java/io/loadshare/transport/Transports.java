package io.loadshare.transport;

import io.loadshare.host.Host;

/**
 * Sends each host to the transport that reaches it.
 *
 * @param local for the hosts that are this machine
 * @param remote for all others
 */
public record Transports(Transport local, Transport remote) implements Transport {

    @Override
    public Session connect(Host host, Deadline deadline) {
        return (host.local() ? local : remote).connect(host, deadline);
    }

    @Override
    public void close() {
        try (local) {
            remote.close();
        }
    }
}
