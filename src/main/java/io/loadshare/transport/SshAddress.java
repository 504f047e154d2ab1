package io.loadshare.transport;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The address of an SSH server, and the name under which its key is kept.
 *
 * @param host a name or an IP address
 * @param keyAlias the name under which its key is kept instead (OpenSSH's {@code HostKeyAlias})
 */
public record SshAddress(String host, int port, Optional<String> keyAlias) {

    public static final int DEFAULT_PORT = 22;

    public SshAddress {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(keyAlias, "keyAlias");
    }

    /**
     * Returns the name to look up in known_hosts: the alias, {@code host}, or {@code [host]:port} if the port is not
     * 22.
     */
    public String knownAs() {
        String name = keyAlias.orElse(port == DEFAULT_PORT ? host : "[" + host + "]:" + port);
        return name.toLowerCase(Locale.ROOT);
    }

    /** Returns the same server by its name without the port, which OpenSSH accepts too. */
    public SshAddress withoutPort() {
        return new SshAddress(host, DEFAULT_PORT, keyAlias);
    }

    @Override
    public String toString() {
        return host + " port " + port;
    }
}
