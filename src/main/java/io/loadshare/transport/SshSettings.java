package io.loadshare.transport;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The {@code ssh} section of the configuration.
 *
 * @param config the OpenSSH client configuration to follow
 * @param knownHosts the list of host keys
 * @param identity a private key to offer first
 * @param command an external program with its options, used instead of the built-in SSH, as an argv; empty: built-in
 *     SSH
 */
public record SshSettings(Path config, Path knownHosts, Optional<Path> identity, List<String> command) {

    public SshSettings {
        command = List.copyOf(command);
    }
}
