package io.loadshare.job;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.Transport;

/** Another transport, with room for trouble. */
class ForwardingTransport implements Transport {

    private final Transport inner;

    ForwardingTransport(Transport inner) {
        this.inner = inner;
    }

    void beforeConnect(Host host) {}

    void beforeStart(RemoteCommand command) {}

    void afterClose() {}

    @Override
    public Session connect(Host host, Deadline deadline) {
        beforeConnect(host);
        Session session = inner.connect(host, deadline);
        return new Session() {
            @Override
            public Host host() {
                return session.host();
            }

            @Override
            public String user() {
                return session.user();
            }

            @Override
            public RemoteProcess start(RemoteCommand command, Deadline within) {
                beforeStart(command);
                return session.start(command, within);
            }

            @Override
            public void close() {
                session.close();
                afterClose();
            }
        };
    }

    @Override
    public void close() {
        inner.close();
    }
}
