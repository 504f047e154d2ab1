package io.loadshare.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import io.loadshare.transport.TransportException.Reason;
import io.loadshare.transport.external.ExternalTransport;
import io.loadshare.transport.jsch.JschTransport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a login shell and its startup files do, a command runs with every byte of its input and output its own, or the
 * host is refused and none of our input was read there.
 */
@Tag("ssh")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StartupFilesTest {

    private static final String HOST = "h1";

    /** The login of each shell, and where that looks for startup files. */
    private static final Map<String, String> SHELLS = Map.of(
            "u1", "/bin/bash", "u2", "/bin/tcsh", "u3", "/usr/bin/fish", "u4", "/usr/bin/zsh", "u5", "/bin/mksh");

    private static final Map<String, String> FILES = Map.of(
            "u1", ".bashrc", "u2", ".tcshrc", "u3", ".config/fish/config.fish", "u4", ".zshenv", "u5", ".mkshrc");

    /** A shell that was put in our shell's place, and records what it reads. */
    private static final String RECORDER = "/var/tmp/recorder";

    private static final String RECORDED = "/var/tmp/recorded";

    @AutoClose
    private static Cluster cluster;

    @TempDir
    private Path directory;

    private String user;

    @BeforeAll
    static void startCluster() throws IOException {
        cluster = Cluster.start(1, "--users", "6");
        Path accounts = cluster.directory().resolve("etc/passwd");
        String text = Files.readString(accounts);
        for (Map.Entry<String, String> shell : SHELLS.entrySet()) {
            if (Files.isExecutable(Path.of(shell.getValue()))) {
                text = withShell(text, shell.getKey(), shell.getValue());
            }
        }
        Files.writeString(accounts, withShell(text, "u6", RECORDER));
        exec("printf '#!/bin/sh\\nexec cat >>" + RECORDED + "\\n' >" + RECORDER + "; chmod 755 " + RECORDER + "; : >"
                + RECORDED + "; chmod 666 " + RECORDED);
    }

    private static String withShell(String accounts, String user, String shell) {
        return accounts.replaceAll("(?m)^(" + user + ":.*:)[^:]*$", "$1" + shell);
    }

    private static String exec(String script, String... arguments) {
        String[] words = Stream.concat(Stream.of("sh", "-c", script, "sh"), Stream.of(arguments))
                .toArray(String[]::new);
        Cluster.Output output = cluster.exec(HOST, words);
        assertThat(output.status()).as(output.stderr()).isZero();
        return output.stdout();
    }

    @AfterEach
    void endWhatTheUserLeft() {
        if (user != null) {
            exec("for p in $(ps -o pid= -u $1); do kill -9 $p 2>/dev/null; done; true", user);
            exec("rm -rf /home/$1/.bashrc /home/$1/.tcshrc /home/$1/.config /home/$1/.zshenv /home/$1/pwned", user);
        }
    }

    private void startup(String login, String resource) throws IOException {
        user = login;
        try (InputStream in = StartupFilesTest.class.getResourceAsStream("startup/" + resource)) {
            String file = "/home/" + login + "/" + FILES.get(login);
            exec(
                    "mkdir -p ${1%/*}; printf %s \"$2\" >$1; chown -R $3 /home/$3",
                    file, new String(in.readAllBytes(), UTF_8), login);
        }
    }

    private Transport transport(String kind) {
        SshConfig config = new SshConfig(directory, cluster);
        return kind.equals("jsch")
                ? new JschTransport(config.settings(), config.caller(), RandomGenerator.getDefault())
                : new ExternalTransport(config.command(), config.caller());
    }

    private Session connect(Transport transport) {
        Host host = new Host(
                Host.named(HOST).name(),
                HOST,
                OptionalInt.empty(),
                Optional.of(user),
                Set.of(),
                1.0,
                false,
                Optional.empty());
        return transport.connect(host, TransportContract.ample());
    }

    private static Stream<Arguments> harmless() {
        return cases(
                "u1 bash-noise",
                "u1 bash-trap",
                "u1 bash-late",
                "u1 bash-functions",
                "u2 tcsh-lab",
                "u3 fish-noise",
                "u4 zsh-noise",
                "u5 bash-exec-shell");
    }

    private static Stream<Arguments> cases(String... words) {
        return Stream.of(words)
                .map(word -> word.split(" ", 3))
                .filter(word -> word[0].equals("u6") || Files.isExecutable(Path.of(SHELLS.get(word[0]))))
                .flatMap(word -> Stream.of("jsch", "external")
                        .map(kind -> word.length == 2
                                ? Arguments.of(kind, word[0], word[1])
                                : Arguments.of(kind, word[0], word[1], word[2])));
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void everyByteIsTheCommandsOwn(String kind, String login, String file) throws IOException {
        startup(login, file);
        byte[] input = new byte[100_000];
        new Random(5).nextBytes(input);
        try (Transport transport = transport(kind);
                Session session = connect(transport)) {

            CommandResult result = session.run(
                    "/bin/cat; echo end >&2; exit 9", input, TransportContract.LIMIT, TransportContract.ample());

            assertThat(result.stdout()).isEqualTo(input);
            assertThat(result.stderrText()).isEqualTo("end\n");
            assertThat(result.status()).isEqualTo(9);
            assertThat(onTerminal(session)).isEqualTo("word\r\ngot word\r\n");
        }
    }

    /** What a terminal shows that echoes a word. */
    private static String onTerminal(Session session) throws IOException {
        RemoteCommand command =
                new RemoteCommand("read w && echo got $w", Optional.of(new RemoteCommand.Terminal("vt220", 80, 24)));
        try (RemoteProcess process = session.start(command, TransportContract.ample())) {
            process.stdin().write("word\n".getBytes(UTF_8));
            process.stdin().flush();
            return new String(process.stdout().readAllBytes(), UTF_8);
        }
    }

    private static Stream<Arguments> refused() {
        return cases(
                "u1 bash-exec-shell printed nothing",
                "u1 bash-asks Continue with this login?",
                "u1 bash-exits ended with status 3 before our command and printed 'only for people'",
                "u1 bash-hangs printed nothing",
                "u1 bash-merges sends stderr to stdout",
                "u1 bash-silent did not run our command",
                "u1 bash-steals left process",
                "u2 tcsh-exec-bash printed nothing",
                "u3 fish-exec-shell printed nothing",
                "u4 zsh-exec-shell printed nothing",
                "u6 none printed nothing");
    }

    @ParameterizedTest
    @MethodSource("refused")
    void hostIsRefusedAndGetsNoInput(String kind, String login, String file, String words) throws Exception {
        user = login;
        if (!file.equals("none")) {
            startup(login, file);
        }
        byte[] input = ("touch /home/" + login + "/pwned\n").getBytes(UTF_8);
        try (Transport transport = transport(kind);
                Session session = connect(transport)) {
            Deadline deadline = TransportContract.within(Duration.ofSeconds(kind.equals("jsch") ? 8 : 14));

            TransportException failure = catchThrowableOfType(
                    TransportException.class,
                    () -> session.run("cat; touch ~/pwned", input, TransportContract.LIMIT, deadline));

            assertThat(failure).hasMessageContainingAll("the login shell of " + login + " on h1 ", words);
            assertThat(failure.reason()).isEqualTo(Reason.LOGIN);
            assertThat(failure.kind()).isEqualTo(LoadshareException.Kind.REFUSED);
            assertThat(failure.getMessage().length()).isLessThan(700);
        }
        if (kind.equals("jsch") || !file.equals("bash-hangs")) {
            Waiting.until("the end of " + login + "'s processes", () -> exec("ps -o args= -u $1 || true", login)
                    .isBlank());
        }
        assertThat(exec("cat " + RECORDED)).isEmpty();
        assertThat(exec("ls /home/$1", login)).doesNotContain("pwned");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void terminalIsRefusedAndGetsNoInput(String kind) throws Exception {
        startup("u1", "bash-exec-shell");
        try (Transport transport = transport(kind);
                Session session = connect(transport)) {
            RemoteCommand command =
                    new RemoteCommand("touch ~/pwned", Optional.of(new RemoteCommand.Terminal("vt220", 80, 24)));

            TransportException failure = catchThrowableOfType(
                    TransportException.class,
                    () -> session.start(command, TransportContract.within(Duration.ofSeconds(6))));

            assertThat(failure.reason()).isEqualTo(Reason.LOGIN);
        }
        Waiting.until("the end of u1's processes", () -> exec("ps -o args= -u u1 || true")
                .isBlank());
        assertThat(exec("ls /home/u1")).doesNotContain("pwned");
    }

    private static List<String> kinds() {
        return List.of("jsch", "external");
    }
}
