package io.loadshare.job.ssh;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.Transport;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** Another transport, with room for trouble. */
class ForwardingTransport implements Transport {

    private final Transport inner;

    ForwardingTransport(Transport inner) {
        this.inner = inner;
    }

    void beforeConnect(Host host) {}

    void beforeStart(RemoteCommand command) {}

    void afterClose() {}

    void beforeWrite(byte[] bytes) throws IOException {}

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
                return forwarding(session.start(command, within));
            }

            @Override
            public void close() {
                session.close();
                afterClose();
            }
        };
    }

    private RemoteProcess forwarding(RemoteProcess process) {
        OutputStream stdin = new FilterOutputStream(process.stdin()) {
            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                beforeWrite(Arrays.copyOfRange(bytes, offset, offset + count));
                out.write(bytes, offset, count);
            }
        };
        return new RemoteProcess() {
            @Override
            public OutputStream stdin() {
                return stdin;
            }

            @Override
            public InputStream stdout() {
                return process.stdout();
            }

            @Override
            public InputStream stderr() {
                return process.stderr();
            }

            @Override
            public int waitFor(Deadline deadline) {
                return process.waitFor(deadline);
            }

            @Override
            public void close() {
                process.close();
            }
        };
    }

    @Override
    public void close() {
        inner.close();
    }
}
