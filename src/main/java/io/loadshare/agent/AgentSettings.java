package io.loadshare.agent;

import io.loadshare.InvalidSettingException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings in {@code agent}.
 *
 * @param clients the allowed clients: addresses, networks (CIDR) and names
 * @param tokenFile a file (0600) with the bearer token
 * @param tls a PEM file (0600) with the key and certificates; for clients the certificate authority beside it
 * @param delayEnd how long the agent continues to answer after it was asked to stop
 */
public record AgentSettings(
        int port, List<String> clients, Optional<Path> tokenFile, Optional<Tls> tls, Duration delayEnd) {

    /** PEM files: certificate chain, private key, and the authority that clients trust. */
    public record Tls(Path certificate, Path key, Optional<Path> authority) {}

    public static final AgentSettings DEFAULT =
            new AgentSettings(9414, List.of("127.0.0.1"), Optional.empty(), Optional.empty(), Duration.ZERO);

    public AgentSettings {
        clients = List.copyOf(clients);
        if (port < 1 || port > 65535) {
            throw new InvalidSettingException("port", "port must be 1 to 65535", port);
        }
        if (delayEnd.isNegative()) {
            throw new InvalidSettingException("delayEnd", "delayEnd must be ≥ 0", delayEnd);
        }
    }
}
