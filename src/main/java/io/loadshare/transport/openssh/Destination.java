package io.loadshare.transport.openssh;

import io.loadshare.host.Host;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the SSH configuration is asked about.
 *
 * @param name by which it is looked up
 * @param address what is certain of its address, port and login name already, and wins
 */
public record Destination(String name, Optional<String> address, OptionalInt port, Optional<String> user) {

    public Destination {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(port, "port");
        Objects.requireNonNull(user, "user");
    }

    public static Destination of(Host host) {
        String name = host.name().value();
        Optional<String> address = Optional.of(host.address())
                .filter(given -> !given.equals(host.name().value()));
        return new Destination(name, address, host.port(), host.user());
    }
}
