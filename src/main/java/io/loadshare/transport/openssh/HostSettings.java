package io.loadshare.transport.openssh;

import io.loadshare.transport.SshAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings with which OpenSSH's client would reach one host.
 *
 * @param address the address to connect to, and the name under which its key is kept
 * @param user the login name
 * @param bindAddress the address of this machine to connect from
 * @param jumps the jump hosts, in order
 * @param identityFiles the private keys to offer, in order; the files need not exist
 * @param identitiesOnly whether the agent's keys are offered only if they are among {@code identityFiles}
 * @param publicKeys whether keys are offered at all
 * @param agent the socket of ssh-agent
 * @param unknownKeys what to do with an unknown host key
 * @param connectTimeout the time limit for one connection
 * @param aliveInterval the silence after which the host is asked for a sign of life; zero: never
 * @param aliveCountMax the number of times it may fail to answer
 * @param algorithms the lists as in ssh_config(5), by keyword in lower case: {@code kexalgorithms}, {@code
 *     hostkeyalgorithms}, {@code ciphers}, {@code macs}, {@code pubkeyacceptedalgorithms}
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

    /** The kinds of addresses of a name to use. */
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
