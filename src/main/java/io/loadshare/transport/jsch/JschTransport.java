package io.loadshare.transport.jsch;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.Login;
import io.loadshare.transport.Session;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.openssh.Destination;
import io.loadshare.transport.openssh.LocalUser;
import io.loadshare.transport.openssh.OpenSsh;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** A transport that reaches hosts by SSH within this process, as OpenSSH's client would. */
public final class JschTransport implements Transport {

    private final Connector connector;
    private final Map<Destination, HostPool> pools = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Creates a transport with the keys, the agent and the known hosts of the SSH configuration. */
    public JschTransport(SshSettings settings, LocalUser caller, RandomGenerator random) {
        connector = new Connector(
                new OpenSsh(settings, caller),
                settings.identity(),
                new Login.Configured(),
                Optional.empty(),
                false,
                random);
    }

    /** Creates a transport with the given login and the given trusted host keys. */
    public JschTransport(
            SshSettings settings, LocalUser caller, Login login, HostKeys hostKeys, RandomGenerator random) {
        this(settings, caller, login, Optional.of(hostKeys), random);
    }

    /**
     * Creates a transport with the given login; addresses and jump hosts come from the configuration.
     *
     * @param hostKeys the host keys to trust; empty: those in the lists that the configuration names. Other keys are
     *     refused
     */
    public JschTransport(
            SshSettings settings, LocalUser caller, Login login, Optional<HostKeys> hostKeys, RandomGenerator random) {
        connector = new Connector(new OpenSsh(settings, caller), settings.identity(), login, hostKeys, true, random);
    }

    @Override
    public Session connect(Host host, Deadline deadline) {
        HostPool pool = pools.computeIfAbsent(
                Destination.of(host), destination -> new HostPool(host, limit -> connector.open(host, limit)));
        if (closed) {
            pool.close();
        }
        pool.ensure(deadline);
        return new JschSession(host, connector.user(host, deadline), pool);
    }

    @Override
    public void close() {
        closed = true;
        pools.values().forEach(HostPool::close);
    }
}
