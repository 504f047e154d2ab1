package io.loadshare.transport;

import io.loadshare.host.Host;

/**
 * A transport that logs in to every host under one login name, whatever the configuration says ({@code --user}).
 * Commands on this machine run without a login, so for a host that is this machine it accepts only the login name of
 * the current process.
 */
public record LoginOverride(String login, Transport other) implements Transport {

    @Override
    public Session connect(Host host, Deadline deadline) {
        String here = System.getProperty("user.name");
        if (host.local() && !login.equals(here)) {
            throw new TransportException(
                    TransportException.Reason.LOGIN,
                    "cannot log in to " + host.name() + " as " + login + ": it is this machine, where commands run as "
                            + here + " without a login. Choose another host, or run loadshare as " + login + ".",
                    null);
        }
        return other.connect(host.withUser(login), deadline);
    }

    @Override
    public void close() {
        other.close();
    }
}
