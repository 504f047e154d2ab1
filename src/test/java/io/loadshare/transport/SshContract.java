package io.loadshare.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.loadshare.host.Host;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import io.loadshare.transport.TransportException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every SSH transport promises about getting in, against OpenSSH's own server. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public abstract class SshContract {

    /** More than a machine under load needs, and far less than a test may take. */
    private static final Duration SHORT = Duration.ofSeconds(3);

    @AutoClose
    protected static Cluster cluster;

    @TempDir
    protected Path directory;

    private Transport transport;
    private Process agent;

    protected abstract Transport transport(SshConfig config);

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start(3);
    }

    @AfterEach
    void closeTransport() throws InterruptedException {
        if (transport != null) {
            transport.close();
        }
        if (agent != null) {
            agent.destroy();
            agent.waitFor();
        }
    }

    protected SshConfig config() {
        return new SshConfig(directory, cluster);
    }

    protected Host host(int i) {
        return Host.named(cluster.host(i));
    }

    protected static Host with(Host host, String address, OptionalInt port, Optional<String> user) {
        return new Host(host.name(), address, port, user, Set.of(), 1.0, false, Optional.empty());
    }

    protected CommandResult run(SshConfig config, Host host, String line, Deadline deadline) {
        if (transport != null) {
            transport.close();
        }
        transport = transport(config);
        try (Session session = transport.connect(host, deadline)) {
            return session.run(line, new byte[0], TransportContract.LIMIT, deadline);
        }
    }

    protected String output(SshConfig config, Host host, String line) {
        CommandResult result = run(config, host, line, TransportContract.ample());
        assertThat(result.status()).as(result.stderrText()).isZero();
        return result.stdoutText().strip();
    }

    protected TransportException failure(SshConfig config, Host host, Deadline deadline) {
        return catchThrowableOfType(TransportException.class, () -> run(config, host, "echo in", deadline));
    }

    protected void assertRefused(Reason reason, SshConfig config, Host host, String... words) {
        TransportException failure = failure(config, host, TransportContract.ample());
        assertThat(failure).hasMessageContaining(host.name().value());
        for (String word : words) {
            assertThat(failure).hasMessageContaining(word);
        }
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
    }

    /** The line of the cluster's known_hosts for host {@code i} and a type of key. */
    protected static String known(int i, String type) throws IOException {
        return lines(i).stream()
                .filter(line -> line.contains(" " + type))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> lines(int i) throws IOException {
        return Files.readAllLines(cluster.knownHosts()).stream()
                .filter(line -> line.startsWith(cluster.host(i) + ","))
                .toList();
    }

    @Test
    void runsAsTheUserOfTheConfiguration() {
        assertThat(output(config().with("User u1"), host(1), "id -un")).isEqualTo("u1");
    }

    @Test
    void userPortAndAddressOfTheHostWin() {
        Host other = with(host(1), cluster.address(2), OptionalInt.of(cluster.port(2)), Optional.of("u2"));

        String output = output(config().with("User u1", "Port 1"), other, "id -un; hostname");

        assertThat(output).isEqualTo("u2\n" + cluster.host(2));
    }

    @Test
    void sessionKnowsItsUser() {
        transport = transport(config().with("User u1"));

        assertThat(transport.connect(host(1), TransportContract.ample()).user()).isEqualTo("u1");
        assertThat(transport
                        .connect(
                                with(host(2), cluster.host(2), OptionalInt.empty(), Optional.of("u2")),
                                TransportContract.ample())
                        .user())
                .isEqualTo("u2");
    }

    @Test
    void unknownHostKeyIsRefused() throws IOException {
        assertRefused(Reason.HOST_KEY, config().knowing(known(2, "ssh-ed25519")), host(1));
    }

    @Test
    void changedHostKeyIsRefused() throws IOException {
        String[] other = known(2, "ssh-ed25519").split(" ");

        assertRefused(Reason.HOST_KEY, config().knowing(cluster.address(1) + " " + other[1] + " " + other[2]), host(1));
    }

    @Test
    void revokedHostKeyIsRefusedThoughItIsAlsoKnown() throws IOException {
        String line = known(1, "ssh-ed25519");

        assertRefused(Reason.HOST_KEY, config().knowing(line, "@revoked " + line), host(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256"})
    void hostKnownByOneTypeOfKeyAloneIsReached(String type) throws IOException {
        assertThat(output(config().knowing("# others", known(1, type)), host(1), "echo in"))
                .isEqualTo("in");
    }

    @Test
    void hostKnownUnderAHashedNameIsReached() throws Exception {
        Path file = config().write("hashed", List.of(known(1, "ssh-ed25519")));
        program("ssh-keygen", "-q", "-H", "-f", file.toString());
        assertThat(Files.readString(file)).startsWith("|1|");

        assertThat(output(config().knowing(file), host(1), "echo in")).isEqualTo("in");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "rsa", "ecdsa"})
    void logsInWithEveryTypeOfKey(String type) {
        assertThat(output(config().identities(cluster.identity(type)), host(1), "echo in"))
                .isEqualTo("in");
    }

    @Test
    void loginThatNoKeyOpensIsRefused() throws Exception {
        Path stranger = newKey("stranger", "");

        assertRefused(Reason.LOGIN, config().identities(stranger), host(1));
        assertRefused(Reason.LOGIN, config().identities(), host(1));
    }

    @Test
    void encryptedKeyIsLeftOutUnlessTheAgentHoldsIt() throws Exception {
        Path encrypted = config().copy(cluster.identity());
        program("ssh-keygen", "-q", "-p", "-N", "secret words", "-P", "", "-f", encrypted.toString());
        assertRefused(Reason.LOGIN, config().identities(encrypted), host(1));

        Path socket = startAgent(cluster.identity());

        SshConfig config = config().identities(encrypted).environment("SSH_AUTH_SOCK", socket);
        assertThat(output(config, host(1), "echo in")).isEqualTo("in");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "rsa", "ecdsa"})
    void logsInWithEveryTypeOfKeyOfTheAgent(String type) throws Exception {
        Path socket = startAgent(cluster.identity(type));

        assertThat(output(
                        config().identities().with("IdentitiesOnly no", "IdentityAgent " + socket), host(1), "echo in"))
                .isEqualTo("in");
    }

    @Test
    void logsInWithAKeyOfTheAgentWhoseNameIsNotUtf8() throws Exception {
        Path named = config().copy(cluster.identity());
        program("sh", "-c", "ssh-keygen -q -c -C \"$(printf 'Andr\\351')\" -f \"$1\"", "sh", named.toString());
        SshConfig config = config().identities().with("IdentitiesOnly no", "IdentityAgent " + startAgent(named));

        assertThat(output(config, host(1), "echo in")).isEqualTo("in");
    }

    @Test
    void tooManyKeysInTheAgentAreARefusalThatNamesTheWayOut() throws Exception {
        Path socket = startAgent(newKey("key0", ""));
        for (int i = 1; i < 7; i++) {
            ProcessBuilder add =
                    new ProcessBuilder("ssh-add", "-q", newKey("key" + i, "").toString());
            add.environment().put("SSH_AUTH_SOCK", socket.toString());
            assertThat(add.start().waitFor()).isZero();
        }

        assertRefused(
                Reason.LOGIN,
                config().identities().with("IdentitiesOnly no", "IdentityAgent " + socket),
                host(1),
                "Too many authentication failures",
                "IdentitiesOnly");
    }

    @Test
    void refusedConnectionIsSaid() {
        cluster.refuse(cluster.host(3));
        try {
            assertRefused(Reason.NO_CONNECTION, config(), host(3), cluster.host(3), "Connection refused");
        } finally {
            cluster.accept(cluster.host(3));
        }
    }

    @Test
    void nameThatDoesNotResolveIsSaid() {
        Host nowhere = with(host(1), "nowhere.invalid", OptionalInt.empty(), Optional.empty());

        assertRefused(Reason.UNRESOLVED, config(), nowhere, cluster.host(1), "nowhere.invalid");
    }

    @Test
    void hungHostCostsTheDeadlineAndNoMore() {
        cluster.hang(cluster.host(3));
        try {
            TransportException failure = assertTimeoutPreemptively(
                    SHORT.multipliedBy(5), () -> failure(config(), host(3), TransportContract.within(SHORT)));
            assertThat(failure).hasMessageContaining("within 3 s");
            assertThat(failure.reason()).isEqualTo(Reason.TIMED_OUT);
        } finally {
            cluster.resume(cluster.host(3));
        }
    }

    @Test
    void connectionThatIsCutWhileACommandRunsIsLost() {
        TransportException failure = catchThrowableOfType(
                TransportException.class,
                () -> run(config(), host(1), "kill -9 $PPID; sleep 60", TransportContract.ample()));

        assertThat(failure).hasMessageContaining(cluster.host(1));
        assertThat(failure.reason()).isEqualTo(Reason.LOST);
    }

    @Test
    void reachesAHostThroughJumpHosts() throws IOException {
        SshConfig config = config().knowing(known(1, "ssh-ed25519"), known(2, "ssh-ed25519"), known(3, "ssh-ed25519"))
                .with("Host " + cluster.host(3), "ProxyJump " + cluster.host(1) + ",u1@" + cluster.host(2), "Host *");

        assertThat(output(config, host(3), "hostname")).isEqualTo(cluster.host(3));
        assertThat(cluster.exec(cluster.host(2), "cat", "/var/log/sshd.log").stdout())
                .contains("Accepted publickey for u1 ");
    }

    @Test
    void keyOfAJumpHostIsCheckedToo() throws IOException {
        SshConfig config = config().knowing(known(3, "ssh-ed25519"))
                .with("Host " + cluster.host(3), "ProxyJump " + cluster.host(1), "Host *");

        assertRefused(Reason.HOST_KEY, config, host(3));
    }

    /** An agent that holds a key, until the test has ended. */
    protected Path startAgent(Path key) throws IOException, InterruptedException {
        Path socket = directory.resolve("agent");
        agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        ProcessBuilder add = new ProcessBuilder("ssh-add", "-q", key.toString()).redirectErrorStream(true);
        add.environment().put("SSH_AUTH_SOCK", socket.toString());
        Waiting.until("ssh-agent at " + socket, Duration.ofSeconds(30), () -> {
            Process adding = add.start();
            return adding.waitFor() == 0;
        });
        return socket;
    }

    protected Path newKey(String name, String passphrase) throws IOException, InterruptedException {
        Path file = directory.resolve(name);
        program("ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", file.toString());
        return file;
    }

    protected static void program(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
