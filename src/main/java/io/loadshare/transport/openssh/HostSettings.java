package io.loadshare.transport.openssh;

import io.loadshare.transport.SshAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How OpenSSH's client would reach one host.
 *
 * @param address where to connect, and the name its key is kept under
 * @param user the login name
 * @param bindAddress the address of this machine to connect from
 * @param jumps hosts to go through, in order
 * @param identityFiles private keys to offer, in order; they need not exist
 * @param identitiesOnly whether the agent's keys are offered only if they are among {@code identityFiles}
 * @param publicKeys whether keys are offered at all
 * @param agent the socket of ssh-agent
 * @param unknownKeys what becomes of a host key nobody knows
 * @param connectTimeout how long one connection may take
 * @param aliveInterval after which silence the host is asked for a sign of life; zero: never
 * @param aliveCountMax how many times it may fail to answer
 * @param algorithms lists as in ssh_config(5), by keyword in lower case: {@code kexalgorithms}, {@code hostkeyalgorithms},
 *     {@code ciphers}, {@code macs}, {@code pubkeyacceptedalgorithms}
 */
public record HostSettings(
        SshAddress address,
        String user,
        Family family,
        Optional<String> bindAddress,
        List<Destination> jumps,
        List<Path> identityFiles,
        boolean identitiesOnly,
        boolean publicKeys,
        Optional<Path> agent,
        List<Path> userKnownHosts,
        List<Path> globalKnownHosts,
        KnownHosts.Unknown unknownKeys,
        Optional<Duration> connectTimeout,
        Duration aliveInterval,
        int aliveCountMax,
        Map<String, String> algorithms) {

    /** Which addresses of a name to use. */
    public enum Family {
        ANY,
        INET,
        INET6
    }

    public HostSettings {
        jumps = List.copyOf(jumps);
        identityFiles = List.copyOf(identityFiles);
        userKnownHosts = List.copyOf(userKnownHosts);
        globalKnownHosts = List.copyOf(globalKnownHosts);
        algorithms = Map.copyOf(algorithms);
    }
}
