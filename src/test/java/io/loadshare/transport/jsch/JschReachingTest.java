package io.loadshare.transport.jsch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.HostKey;
import io.loadshare.transport.SshConfig;
import io.loadshare.transport.SshContract;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException.Reason;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("ssh")
class JschReachingTest extends SshContract {

    private Optional<Path> identity = Optional.empty();

    @Override
    protected Transport transport(SshConfig config) {
        SshSettings settings = config.settings();
        return new JschTransport(
                new SshSettings(settings.config(), settings.knownHosts(), identity, List.of()),
                config.caller(),
                RandomGenerator.getDefault());
    }

    private static HostKey keyOf(int i) throws IOException {
        return HostKey.of(Base64.getDecoder().decode(known(i, "ssh-ed25519").split(" ")[2]));
    }

    @Test
    void unknownHostKeyIsNamedWithAllThatIsNeededToAcceptIt() throws IOException {
        Path file = config().write("known", List.of());

        assertRefused(
                Reason.HOST_KEY,
                config().knowing(file).with("HostKeyAlgorithms ssh-ed25519"),
                host(1),
                cluster.host(1) + " (" + cluster.address(1) + " port 22)",
                "ssh-ed25519 " + keyOf(1).fingerprint(),
                "no line for '" + cluster.address(1) + "' in " + file,
                "ssh -o UserKnownHostsFile=" + file + " " + cluster.address(1));
    }

    @Test
    void changedHostKeyIsNamedWithTheLineAndBothFingerprints() throws IOException {
        String stored = cluster.address(1) + known(2, "ssh-ed25519").replaceFirst("[^ ]*", "");

        assertRefused(
                Reason.HOST_KEY,
                config().knowing("# first line", stored),
                host(1),
                keyOf(1).fingerprint(),
                keyOf(2).fingerprint(),
                directory.resolve("known") + " line 2");
    }

    @Test
    void newHostKeyIsAddedWhereTheConfigurationSaysSo() throws IOException {
        Path file = config().write("known", List.of("# mine"));
        SshConfig config = config().knowing(file).with("StrictHostKeyChecking accept-new");

        assertThat(output(config, host(1), "echo in")).isEqualTo("in");

        assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("# mine");
        assertThat(output(config().knowing(file), host(1), "echo in")).isEqualTo("in");
    }

    @Test
    void noStrictCheckingIsNotObeyed() throws IOException {
        assertRefused(Reason.HOST_KEY, config().knowing("# none").with("StrictHostKeyChecking no"), host(1));
    }

    @Test
    void refusedLoginNamesWhatWasOfferedAndWhatWasNot() throws Exception {
        Path offered = newKey("offered", "");
        Path encrypted = newKey("encrypted", "words");
        Path open = newKey("open", "");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

        assertRefused(
                Reason.LOGIN,
                config().identities(offered, encrypted, open, directory.resolve("missing")),
                host(1),
                "refused the login as root: it accepts publickey",
                "Offered: " + offered + " (ssh-ed25519 SHA256:",
                encrypted + ": it is encrypted and the agent does not hold it",
                "chmod 600 " + open,
                "no ssh-agent");
    }

    @Test
    void identityOfOurOwnConfigurationIsOffered() {
        identity = Optional.of(cluster.identity());

        assertThat(output(config().identities(), host(1), "echo in")).isEqualTo("in");
    }

    @Test
    void missingIdentityOfOurOwnConfigurationIsSaid() {
        identity = Optional.of(directory.resolve("missing"));

        assertRefused(Reason.LOGIN, config().identities(), host(1), directory.resolve("missing") + ": no such file");
    }

    @Test
    void agentThatIsGoneIsSaid() {
        Path socket = directory.resolve("gone");

        assertRefused(
                Reason.LOGIN,
                config().identities().with("IdentityAgent " + socket),
                host(1),
                "the agent at " + socket + " cannot be asked");
    }

    @Test
    void agentThatNeverAnswersCostsTheDeadline() throws IOException {
        Path socket = directory.resolve("hung");
        try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            agent.bind(UnixDomainSocketAddress.of(socket));

            assertThat(assertTimeoutPreemptively(
                            Duration.ofSeconds(10),
                            () -> failure(
                                    config().with("IdentityAgent " + socket),
                                    host(1),
                                    Deadline.after(Duration.ofSeconds(2), System::nanoTime))))
                    .hasMessageContaining("within 2 s");
        }
    }

    @Test
    void agentIsAskedForTheKeyOfAPublicKeyFile() throws Exception {
        Path socket = startAgent(cluster.identity());
        Path publicKey = config().copy(Path.of(cluster.identity() + ".pub"));

        assertThat(output(config().identities(publicKey).with("IdentityAgent " + socket), host(1), "echo in"))
                .isEqualTo("in");
    }

    @Test
    void whatIsAskedOfSshServesToo() {
        assertThat(output(config().with("Match host " + cluster.host(1), "User u1", "Match all"), host(1), "id -un"))
                .isEqualTo("u1");
    }

    @Test
    void configurationThatCannotBeFollowedIsAFailureOfThatHost() {
        SshConfig config = config().with("Host " + cluster.host(1), "ProxyCommand nc %h %p", "Host *");

        assertRefused(Reason.CONFIGURATION, config, host(1), "ProxyJump");
        assertThat(output(config, host(2), "echo in")).isEqualTo("in");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Ciphers aes256-ctr",
                "Ciphers aes256-gcm@openssh.com",
                "MACs hmac-sha2-512",
                "KexAlgorithms diffie-hellman-group14-sha256",
                "KexAlgorithms ecdh-sha2-nistp521",
                "HostKeyAlgorithms rsa-sha2-256",
                "PubkeyAcceptedAlgorithms ssh-ed25519"
            })
    void algorithmsOfTheConfigurationAreUsed(String line) {
        assertThat(output(config().with(line), host(1), "echo in")).isEqualTo("in");
    }

    @Test
    void algorithmThatTheServerLacksIsSaid() {
        assertRefused(
                Reason.PROTOCOL,
                config().with("KexAlgorithms diffie-hellman-group1-sha1"),
                host(1),
                "no algorithm in common");
    }

    @Test
    void jumpHostThatDoesNotReachTheHostIsNamed() {
        Host nowhere = with(host(1), "127.0.0.1", java.util.OptionalInt.of(1), Optional.empty());

        assertRefused(
                Reason.NO_CONNECTION,
                config().with("Host " + cluster.host(1), "ProxyJump " + cluster.host(2), "Host *"),
                nowhere,
                "cannot be reached from " + cluster.host(1) + "'s jump host " + cluster.host(2));
    }

    @Test
    void jumpHostsInACircleAreAnError() {
        assertRefused(
                Reason.CONFIGURATION,
                config().with("Host " + cluster.host(1), "ProxyJump " + cluster.host(2))
                        .with("Host " + cluster.host(2), "ProxyJump " + cluster.host(1), "Host *"),
                host(1),
                "more than 8 jump hosts");
    }
}
