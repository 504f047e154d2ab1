package io.loadshare.transport.openssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.SshAddress;
import io.loadshare.transport.SshSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenSshTest {

    private static final Deadline AMPLE = Deadline.after(Duration.ofMinutes(1), System::nanoTime);

    @TempDir
    private Path directory;

    private Map<String, String> environment = Map.of("PATH", System.getenv("PATH"));

    private Path write(String name, String... lines) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, List.of(lines));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private LocalUser caller() {
        return new LocalUser("me", directory, environment);
    }

    private HostSettings settings(String host, String... config) throws IOException {
        return settings(Destination.of(Host.named(host)), config);
    }

    private HostSettings settings(Destination destination, String... config) throws IOException {
        return new OpenSsh(ours(write("config", config)), caller()).settings(destination, AMPLE);
    }

    private SshSettings ours(Path config) {
        return new SshSettings(config, directory.resolve(".ssh/known_hosts"), Optional.empty(), List.of());
    }

    /** Without a program that could be asked, as on a machine without OpenSSH. */
    private void withoutSsh() {
        environment = Map.of("PATH", directory.resolve("none").toString());
    }

    /** With a program in its place that leaves a line each time it is asked. */
    private Path withTelltaleSsh() throws IOException {
        Path log = directory.resolve("asked");
        Path program = write("bin/ssh", "#!/bin/sh", "echo \"$*\" >>" + log, "exec /usr/bin/ssh \"$@\"");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        environment = Map.of("PATH", program.getParent() + ":/usr/bin:/bin");
        return log;
    }

    @Test
    void withoutConfigurationOpenSshsDefaultsHold() {
        HostSettings settings = new OpenSsh(ours(directory.resolve(".ssh/config")), caller())
                .settings(Destination.of(Host.named("h1")), AMPLE);

        assertThat(settings.address()).isEqualTo(new SshAddress("h1", 22, Optional.empty()));
        assertThat(settings.user()).isEqualTo("me");
        assertThat(settings.identityFiles())
                .containsExactly(
                        directory.resolve(".ssh/id_rsa"),
                        directory.resolve(".ssh/id_ecdsa"),
                        directory.resolve(".ssh/id_ed25519"));
        assertThat(settings.userKnownHosts())
                .containsExactly(directory.resolve(".ssh/known_hosts"), directory.resolve(".ssh/known_hosts2"));
        assertThat(settings.unknownKeys()).isEqualTo(KnownHosts.Unknown.REFUSED);
    }

    @Test
    void plainConfigurationIsReadWithoutAProcess() throws IOException {
        Path log = withTelltaleSsh();

        HostSettings settings = settings("h1", "Host h*", "HostName %h.site", "Port 2222", "User u1", "SendEnv LANG");

        assertThat(settings.address()).isEqualTo(new SshAddress("h1.site", 2222, Optional.empty()));
        assertThat(settings.user()).isEqualTo("u1");
        assertThat(log).doesNotExist();
    }

    @Test
    void whatWeDoNotFollowIsAskedOfSshOncePerHost() throws IOException {
        Path log = withTelltaleSsh();
        OpenSsh openSsh = new OpenSsh(ours(write("config", "Match host h1", "Port 2222")), caller());

        for (int i = 0; i < 3; i++) {
            assertThat(openSsh.settings(Destination.of(Host.named("h1")), AMPLE)
                            .address()
                            .port())
                    .isEqualTo(2222);
            assertThat(openSsh.settings(Destination.of(Host.named("h2")), AMPLE)
                            .address()
                            .port())
                    .isEqualTo(22);
        }

        assertThat(Files.readAllLines(log)).hasSize(2).allMatch(line -> line.startsWith("-G -F "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Match host h1",
                "CanonicalizeHostname yes",
                "NoSuchKeyword yes",
                "Port many",
                "Port 65536",
                "IdentityFile %C",
                "IdentityFile ${NOT_SET}/key",
                "IdentityFile \"no end",
                "IdentityFile",
                "ServerAliveInterval soon",
                "AddressFamily inet7",
                "ProxyJump a@b@c:d",
                "ProxyCommand nc %h %p",
                "RevokedHostKeys /etc/ssh/revoked",
            })
    void withoutSshALineThatIsNotFollowedIsAnErrorWithFileAndLine(String line) throws IOException {
        withoutSsh();

        assertThatThrownBy(() -> settings("h1", "# comment", line))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(LoadshareException.Kind.CONFIGURATION))
                .hasMessageContainingAll(directory.resolve("config") + " line 2", "ssh is not in PATH");
    }

    @Test
    void lineThatIsNotFollowedDoesNotMatterInTheBlockOfAnotherHost() throws IOException {
        withoutSsh();

        assertThat(settings("h1", "Host h2", "ProxyCommand nc %h %p", "Host h1", "Port 3")
                        .address()
                        .port())
                .isEqualTo(3);
    }

    @Test
    void proxyCommandIsRefusedInClearWords() {
        assertThatThrownBy(() -> settings("h1", "# comment", "ProxyCommand nc -x 'user:secret@proxy' %h %p"))
                .isInstanceOf(LoadshareException.class)
                .hasMessageContainingAll(
                        directory.resolve("config") + " line 2: 'proxycommand'", "ProxyJump", "ssh.command")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void bytesThatAreNotUtf8HinderNothing() throws IOException {
        Path config = write("config");
        Files.write(config, "# Jürgen\nHost h1\nUser m\u00fcller\nPort 3\n".getBytes(StandardCharsets.ISO_8859_1));

        HostSettings settings = new OpenSsh(ours(config), caller()).settings(Destination.of(Host.named("h1")), AMPLE);

        assertThat(settings.address().port()).isEqualTo(3);
        assertThat(ShellWords.encode(settings.user())).isEqualTo("m\u00fcller".getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void sshsOwnWordsAboutABadConfigurationArePassedOn() {
        assertThatThrownBy(() -> settings("h1", "NoSuchKeyword yes"))
                .isInstanceOfSatisfying(LoadshareException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(LoadshareException.Kind.CONFIGURATION))
                .hasMessageContainingAll("line 1", "nosuchkeyword");
    }

    @Test
    void missingFileThatWasNamedIsAnError() {
        assertThatThrownBy(() -> new OpenSsh(ours(directory.resolve("none")), caller())
                        .settings(Destination.of(Host.named("h1")), AMPLE))
                .isInstanceOf(LoadshareException.class)
                .hasMessageContaining(directory.resolve("none").toString());
    }

    @Test
    void fileOfTheUserThatOthersMayWriteIsNotFollowed() throws IOException {
        Path config = write(".ssh/config", "Port 2222");
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-rw-rw-"));
        withoutSsh();

        assertThatThrownBy(() -> new OpenSsh(ours(config), caller()).settings(Destination.of(Host.named("h1")), AMPLE))
                .isInstanceOf(LoadshareException.class)
                .hasMessageContaining("chmod go-w " + config);
    }

    @Test
    void addressPortAndUserOfTheHostWin() throws IOException {
        Host host = new Host(
                new HostName("h1"),
                "10.0.0.9",
                OptionalInt.of(24),
                Optional.of("us"),
                Set.of(),
                1.0,
                false,
                Optional.empty());

        HostSettings settings = settings(Destination.of(host), "Host h1", "HostName other", "Port 1", "User them");

        assertThat(settings.address()).isEqualTo(new SshAddress("10.0.0.9", 24, Optional.empty()));
        assertThat(settings.user()).isEqualTo("us");
    }

    @Test
    void ourListOfKnownHostsTakesThePlaceOfTheUsersFiles() throws IOException {
        Path list = directory.resolve("site");
        SshSettings ours = new SshSettings(write("config", "UserKnownHostsFile /u"), list, Optional.empty(), List.of());

        HostSettings settings = new OpenSsh(ours, caller()).settings(Destination.of(Host.named("h1")), AMPLE);

        assertThat(settings.userKnownHosts()).containsExactly(list);
    }

    @Test
    void newHostKeysAreAddedOnlyWhereAcceptNewIsSaid() throws IOException {
        assertThat(settings("h1", "StrictHostKeyChecking no").unknownKeys()).isEqualTo(KnownHosts.Unknown.REFUSED);
        assertThat(settings("h1", "StrictHostKeyChecking accept-new").unknownKeys())
                .isEqualTo(KnownHosts.Unknown.ADDED);
        assertThat(settings("h1", "StrictHostKeyChecking accept-new", "HashKnownHosts yes")
                        .unknownKeys())
                .isEqualTo(KnownHosts.Unknown.ADDED_HASHED);
        assertThat(settings("h1", "StrictHostKeyChecking accept-new", "UserKnownHostsFile none")
                        .unknownKeys())
                .isEqualTo(KnownHosts.Unknown.REFUSED);
    }

    @Test
    void jumpHostsAreReadInOrder() throws IOException {
        assertThat(settings("h1", "ProxyJump a,u@b:2222,ssh://c:3,u2@[::1]:4").jumps())
                .containsExactly(
                        new Destination("a", Optional.empty(), OptionalInt.empty(), Optional.empty()),
                        new Destination("b", Optional.empty(), OptionalInt.of(2222), Optional.of("u")),
                        new Destination("c", Optional.empty(), OptionalInt.of(3), Optional.empty()),
                        new Destination("::1", Optional.empty(), OptionalInt.of(4), Optional.of("u2")));
        assertThat(settings("h1", "ProxyJump none").jumps()).isEmpty();
        assertThat(settings("h1", "ProxyCommand none", "ProxyJump a").jumps()).isEmpty();
    }

    @Test
    void agentIsThatOfTheConfigurationOrOfTheEnvironment() throws IOException {
        environment = Map.of("SSH_AUTH_SOCK", "/run/agent", "OTHER", "/run/other");

        assertThat(settings("h1").agent()).contains(Path.of("/run/agent"));
        assertThat(settings("h1", "IdentityAgent SSH_AUTH_SOCK").agent()).contains(Path.of("/run/agent"));
        assertThat(settings("h1", "IdentityAgent $OTHER").agent()).contains(Path.of("/run/other"));
        assertThat(settings("h1", "IdentityAgent ~/agent").agent()).contains(directory.resolve("agent"));
        assertThat(settings("h1", "IdentityAgent none").agent()).isEmpty();
    }

    @Test
    void tokensAreFilledIn() throws IOException {
        environment = Map.of("KEYS", "/keys");

        assertThat(settings("h1", "HostName x", "User u", "IdentityFile ${KEYS}/%h-%n-%r-%p-%%", "IdentityFile %d/k")
                        .identityFiles())
                .containsExactly(Path.of("/keys/x-h1-u-22-%"), directory.resolve("k"));
    }

    /** Random configurations mean the same to us as to {@code ssh -G}. */
    @Test
    void settingsAreThoseOfOpenSsh() throws Exception {
        Random random = new Random(11);
        int unlike = 0;
        for (int round = 0; round < 40; round++) {
            write("more/a.conf", random(random, 3, "Include"));
            write("more/b.conf", random(random, 3, "Include"));
            Path config = write("config", random(random, 12, "none"));
            for (String name : List.of("h1", "h2.site")) {
                Destination destination = Destination.of(Host.named(name));
                HostSettings ours = new ConfigInterpreter(
                                destination,
                                ClientConfig.read(config, config, caller()).about(name),
                                ours(config),
                                caller())
                        .settings();
                String asked = ShortProgram.run(
                        List.of("ssh", "-G", "-F", config.toString(), name), caller().environment(), AMPLE);
                HostSettings theirs = new ConfigInterpreter(
                                destination, OpenSsh.parse(asked, "ssh -G"), ours(config), caller())
                        .settings();
                assertThat(comparable(ours))
                        .as(
                                "%s in%n%s%n%s",
                                name, Files.readString(config), Files.readString(directory.resolve("more/a.conf")))
                        .isEqualTo(comparable(theirs));
                unlike += ours.equals(new OpenSsh(ours(write("empty")), caller()).settings(destination, AMPLE)) ? 0 : 1;
            }
        }
        assertThat(unlike).as("configurations that say something").isGreaterThan(50);
    }

    /** All but what {@code ssh -G} says at greater length, or of the user it runs as. */
    private static Map<String, Object> comparable(HostSettings settings) {
        List<Path> identities = settings.identityFiles().stream()
                .filter(file -> !file.toString().matches(".*/id_(dsa|xmss|.*_sk)"))
                .toList();
        return Map.ofEntries(
                Map.entry("address", settings.address()),
                Map.entry("user", settings.user().equals("me") ? "root" : settings.user()),
                Map.entry("family", settings.family()),
                Map.entry("jumps", settings.jumps()),
                Map.entry("identities", identities),
                Map.entry("only", settings.identitiesOnly()),
                Map.entry("keys", settings.publicKeys()),
                Map.entry("user files", settings.userKnownHosts().toString().replaceAll("/[^ ]*/\\.ssh/", "~/")),
                Map.entry("global files", settings.globalKnownHosts()),
                Map.entry("new keys", settings.unknownKeys()),
                Map.entry("timeout", settings.connectTimeout()),
                Map.entry("alive", settings.aliveInterval()),
                Map.entry("count", settings.aliveCountMax()));
    }

    private String[] random(Random random, int count, String without) {
        String[] all = {
            "Host h1",
            "Host h2*",
            "Host *.site !h2.site",
            "Host * !h1",
            "Host h? \"x y\"",
            "Match all",
            "Include " + directory.resolve("more") + "/*.conf",
            "Include " + directory.resolve("more") + "/b.conf /none*",
            "HostName a",
            "hostname=b",
            "HostName %h.c",
            "Port 1",
            "PORT = 2",
            "User \"u 1\"",
            "User u2 # comment",
            "IdentityFile /k1",
            "IdentityFile \"/k 2\"",
            "IdentityFile none",
            "IdentitiesOnly yes",
            "PubkeyAuthentication no",
            "ProxyJump j1",
            "ProxyJump j1,u@j2:3",
            "ProxyJump none",
            "ProxyCommand none",
            "UserKnownHostsFile /f1 /f2",
            "UserKnownHostsFile none",
            "GlobalKnownHostsFile /g",
            "HostKeyAlias other",
            "ConnectTimeout 5",
            "ConnectTimeout 1m30s",
            "ServerAliveInterval 2m",
            "ServerAliveCountMax 7",
            "StrictHostKeyChecking accept-new",
            "StrictHostKeyChecking no",
            "HashKnownHosts yes",
            "AddressFamily inet",
            "SendEnv LANG LC_*",
            "# comment",
            "",
            "  \tCompression yes",
            "LocalForward 1 h:2",
            "LocalCommand echo \"a b\" c",
            "ForwardX11 yes",
            "LogLevel QUIET"
        };
        List<String> lines = new ArrayList<>();
        while (lines.size() < count) {
            String line = all[random.nextInt(all.length)];
            if (!line.startsWith(without)) {
                lines.add(line);
            }
        }
        return lines.toArray(String[]::new);
    }
}
