package io.loadshare.transport.jsch;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.HostKey;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.Login;
import io.loadshare.transport.SshAddress;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.openssh.Destination;
import io.loadshare.transport.openssh.HostSettings;
import io.loadshare.transport.openssh.KnownHosts;
import io.loadshare.transport.openssh.LocalUser;
import io.loadshare.transport.openssh.OpenSsh;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A scan that asks hosts for their keys, one of each type, over the routes of our logins, including jump hosts, whose
 * keys must be known. The scan trusts no key and logs in nowhere: each connection ends as soon as the host has shown
 * its key. It is safe for use by several threads.
 */
public final class HostKeyScan {

    private static final List<String> TYPES = List.of("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa");

    private final SshSettings settings;
    private final LocalUser caller;
    private final RandomGenerator random;
    private final OpenSsh openSsh;

    /** The keys of a host, and the name under which they are kept. */
    public record Shown(String knownAs, Set<HostKey> keys) {}

    public HostKeyScan(SshSettings settings, LocalUser caller, RandomGenerator random) {
        this.settings = settings;
        this.caller = caller;
        this.random = random;
        this.openSsh = new OpenSsh(settings, caller);
    }

    /** Returns the address of a host, under which its keys are kept. */
    public SshAddress address(Host host, Deadline deadline) {
        return settings(host, deadline).address();
    }

    /** Returns what the SSH configuration says about a host. */
    public HostSettings settings(Host host, Deadline deadline) {
        return openSsh.settings(Destination.of(host), deadline);
    }

    /**
     * Returns the keys of a host. Jump hosts must have the keys that are known by the SSH configuration of the host.
     *
     * @throws LoadshareException if the host shows no key
     */
    public Shown ask(Host host, Deadline deadline) {
        HostSettings how = settings(host, deadline);
        KnownHosts known = new KnownHosts(how.userKnownHosts(), how.globalKnownHosts(), KnownHosts.Unknown.REFUSED);
        return ask(host, how, known, deadline);
    }

    /**
     * Returns the keys of a host.
     *
     * @param known decides about the keys of jump hosts
     * @throws LoadshareException if the host shows no key
     */
    public Shown ask(Host host, KnownHosts known, Deadline deadline) {
        return ask(host, settings(host, deadline), known, deadline);
    }

    private Shown ask(Host host, HostSettings how, KnownHosts known, Deadline deadline) {
        Set<HostKey> keys = new LinkedHashSet<>();
        LoadshareException last = new LoadshareException(
                LoadshareException.Kind.SOFTWARE, host.name() + " let us in without showing a key");
        for (String type : TYPES) {
            try (JschTransport transport = new JschTransport(
                    settings, caller, new Login.Configured(), new Looking(how.address(), type, keys, known), random)) {
                transport.connect(host, deadline).close();
            } catch (LoadshareException e) {
                last = e;
            }
        }
        if (keys.isEmpty()) {
            throw last;
        }
        return new Shown(how.address().knownAs(), keys);
    }

    /**
     * A host-key policy that records one host's key without trusting it; other hosts on the way are trusted if they are
     * known.
     */
    private record Looking(SshAddress target, String type, Set<HostKey> seen, KnownHosts others) implements HostKeys {

        @Override
        public List<String> types(SshAddress address) {
            return address.equals(target) ? List.of(type) : others.types(address);
        }

        @Override
        public Optional<String> refusal(SshAddress address, HostKey key) {
            if (!address.equals(target)) {
                return others.refusal(address, key);
            }
            seen.add(key);
            return Optional.of("shows the host key " + key + ", which is only looked at");
        }
    }
}
