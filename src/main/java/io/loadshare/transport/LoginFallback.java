package io.loadshare.transport;

import io.loadshare.host.Host;

/**
 * Logs in as the configuration says, and by other means where the host refuses that: a measurement is the same under any
 * login, and what a host refuses to one user must not be recorded as its state for all.
 */
public record LoginFallback(Transport configured, Transport other) implements Transport {

    @Override
    public Session connect(Host host, Deadline deadline) {
        try {
            return configured.connect(host, deadline);
        } catch (TransportException e) {
            if (e.reason() != TransportException.Reason.LOGIN) {
                throw e;
            }
            try {
                return other.connect(host, deadline);
            } catch (TransportException again) {
                e.addSuppressed(again);
                throw e;
            }
        }
    }

    @Override
    public void close() {
        configured.close();
        other.close();
    }
}
