package io.loadshare.cli.services;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.openssh.Destination;
import io.loadshare.transport.openssh.OpenSsh;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** The login names under which jobs run: given, configured, or from the SSH configuration. */
public record LoginNames(HostInventory inventory, Optional<String> given, String here, OpenSsh ssh, Deadline deadline) {

    /** @throws LoadshareException of kind CONFIGURATION if the SSH configuration cannot be read */
    public String on(Host host) {
        if (host.local()) {
            return here;
        }
        return given.or(host::user)
                .orElseGet(() -> ssh.settings(Destination.of(host), deadline).user());
    }

    /** Returns the names on all hosts; the SSH configuration is evaluated for one host only. */
    public Set<String> all() {
        Set<String> names = new LinkedHashSet<>();
        Optional<Host> unnamed = Optional.empty();
        for (Host host : inventory.hosts()) {
            if (host.local() || host.user().isPresent()) {
                names.add(on(host));
            } else {
                unnamed = unnamed.or(() -> Optional.of(host));
            }
        }
        unnamed.ifPresent(host -> names.add(on(host)));
        return names;
    }
}
