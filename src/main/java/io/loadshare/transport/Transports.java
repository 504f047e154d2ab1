package io.loadshare.transport;

import io.loadshare.host.Host;

/**
 * A transport that forwards each host to the transport that reaches it.
 *
 * @param local the transport for hosts that are this machine
 * @param remote the transport for all other hosts
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
