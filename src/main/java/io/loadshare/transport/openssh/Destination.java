package io.loadshare.transport.openssh;

import io.loadshare.host.Host;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A destination to look up in the SSH configuration.
 *
 * @param name the name to look up
 * @param address the part of the address, port and login name that is already certain, which takes precedence
 */
public record Destination(String name, Optional<String> address, OptionalInt port, Optional<String> user) {

    public Destination {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(port, "port");
        Objects.requireNonNull(user, "user");
    }

    public static Destination of(Host host) {
        String name = host.machine().value();
        Optional<String> address = Optional.of(host.address()).filter(given -> !given.equals(name));
        return new Destination(name, address, host.port(), host.user());
    }
}
