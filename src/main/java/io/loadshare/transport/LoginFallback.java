package io.loadshare.transport;

import io.loadshare.host.Host;

/**
 * A transport that logs in as configured, and with another login if the host refuses that one. A measurement is the
 * same under any login, and a login that a host refuses to one user must not be recorded as the state of the host for
 * all users.
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
