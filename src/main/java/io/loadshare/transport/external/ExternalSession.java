package io.loadshare.transport.external;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;

/** A session that runs the external program for one host. */
record ExternalSession(ExternalTransport transport, Host host, String user) implements Session {

    /** Returns false: each command logs in by itself. */
    @Override
    public boolean isLoggedIn() {
        return false;
    }

    @Override
    public RemoteProcess start(RemoteCommand command, Deadline deadline) {
        return transport.start(this, command, deadline);
    }

    @Override
    public void close() {
        // The session keeps nothing open.
    }
}
