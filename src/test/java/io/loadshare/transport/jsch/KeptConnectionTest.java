package io.loadshare.transport.jsch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.loadshare.host.Host;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.SshConfig;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which commands share a connection, when one is replaced, and that none is left. */
@Tag("ssh")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KeptConnectionTest {

    private static final int MAX_SESSIONS = 4;

    /** Prints the client's port, which tells connections apart. */
    private static final String WHICH = "echo $SSH_CONNECTION | cut -d ' ' -f 2";

    @AutoClose
    private static Cluster cluster;

    @TempDir
    private Path directory;

    private JschTransport transport;

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start(2, "--sshd", "MaxSessions " + MAX_SESSIONS);
    }

    @BeforeEach
    void open() {
        transport = transport(new SshConfig(directory, cluster));
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private static JschTransport transport(SshConfig config) {
        return new JschTransport(config.settings(), config.caller(), RandomGenerator.getDefault());
    }

    private static Deadline ample() {
        return Deadline.after(Duration.ofSeconds(60), System::nanoTime);
    }

    private Session connect(int i) {
        return transport.connect(Host.named(cluster.host(i)), ample());
    }

    private static String run(Session session, String line) {
        return session.run(line, new byte[0], 1 << 20, ample()).stdoutText().strip();
    }

    private static List<String> sideBySide(Session session, int count, String line) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<String>> futures = IntStream.range(0, count)
                    .mapToObj(i -> threads.submit(() -> run(session, line)))
                    .toList();
            List<String> results = new ArrayList<>();
            for (Future<String> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void commandsAndSessionsOfAHostShareAConnection() {
        String first = run(connect(1), WHICH);
        String second;
        try (Session session = connect(1)) {
            second = run(session, WHICH);
        }

        assertThat(second).isEqualTo(first);
        assertThat(run(connect(1), WHICH)).isEqualTo(first);
    }

    @Test
    void aHundredShortCommandsAtOnceShareOneConnectionOrFew() throws Exception {
        assertThat(Set.copyOf(sideBySide(connect(1), 100, WHICH))).hasSizeLessThan(4);
    }

    @Test
    void longCommandsBeyondMaxSessionsGetFurtherConnections() throws Exception {
        int count = 3 * MAX_SESSIONS;

        List<String> ports = sideBySide(connect(1), count, WHICH + "; sleep 7");

        assertThat(Set.copyOf(ports)).hasSize(3);
        assertThat(run(connect(1), WHICH)).isIn(ports);
    }

    @Test
    void streamedCommandsHaveAConnectionAloneWhichIsUsedAgain() throws IOException {
        Session session = connect(1);
        String shared = run(session, WHICH);
        Set<String> ports = new HashSet<>();
        List<RemoteProcess> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RemoteProcess process = session.start(RemoteCommand.of(WHICH + "; cat"), ample());
            ports.add(line(process));
            processes.add(process);
        }
        assertThat(ports).hasSize(3).contains(shared);
        assertThat(run(session, WHICH)).isNotIn(ports);

        for (RemoteProcess process : processes) {
            process.stdin().close();
            assertThat(process.waitFor(ample())).isZero();
            process.close();
        }
        Waiting.until("one connection", Duration.ofSeconds(30), () -> connections(1) == 1);
    }

    private static String line(RemoteProcess process) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = process.stdout().read(); c != '\n'; c = process.stdout().read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    /** How many connections the host's sshd has, as it sees them. */
    private static long connections(int i) {
        return cluster.exec(cluster.host(i), "ps", "-eo", "args")
                .stdout()
                .lines()
                .filter(line -> line.matches("sshd: root@notty.*"))
                .count();
    }

    @Test
    void abandonedCommandsThatHoldAllSessionsDoNotLockUsOut() {
        Session session = connect(1);
        for (int i = 0; i < MAX_SESSIONS; i++) {
            assertThat(catchThrowableOfType(
                                    TransportException.class,
                                    () -> session.run(
                                            "trap '' HUP TERM PIPE; sleep 300",
                                            new byte[0],
                                            100,
                                            Deadline.after(Duration.ofMillis(500), System::nanoTime)))
                            .reason())
                    .isEqualTo(Reason.TIMED_OUT);
        }

        assertThat(run(session, "echo in")).isEqualTo("in");
    }

    @Test
    void connectionThatTheServerDroppedIsReplaced() {
        Session session = connect(1);
        String before = run(session, WHICH);
        run(session, "nohup sh -c 'sleep 0.3; kill -9 '$PPID >/dev/null 2>&1 &");
        Waiting.until("the end of the connection", Duration.ofSeconds(30), () -> connections(1) == 0);

        assertThat(run(session, WHICH)).isNotEqualTo(before);
    }

    @Test
    void rebootedHostIsReachedAgain() {
        Session session = connect(2);
        run(session, "echo in");

        cluster.reboot(cluster.host(2));

        assertThat(run(session, "echo in")).isEqualTo("in");
    }

    @Test
    void commandWhoseConnectionBrokeIsNotRunTwice() {
        Session session = connect(1);
        run(session, "rm -f /tmp/ran");

        TransportException failure = catchThrowableOfType(
                TransportException.class, () -> run(session, "echo once >>/tmp/ran; kill -9 $PPID; sleep 60"));

        assertThat(failure.reason()).isEqualTo(Reason.LOST);
        assertThat(run(session, "cat /tmp/ran")).isEqualTo("once");
    }

    @Test
    void deathBySignalWithoutAShellIsUnknownAndNoSuccess() {
        TransportException failure =
                catchThrowableOfType(TransportException.class, () -> run(connect(1), "kill -9 $$"));

        assertThat(failure).hasMessageContaining("without an exit status");
        assertThat(failure.reason()).isEqualTo(Reason.LOST);
        Waiting.until("one connection", Duration.ofSeconds(30), () -> connections(1) == 1);
    }

    @Test
    void burstOfLoginsThatMaxStartupsCutsDownAllGetIn() throws Exception {
        int count = 12;
        limitStartups(cluster.host(2));
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try (Relay relay = new Relay(cluster.address(2), cluster.port(2))) {
            SshConfig config = new SshConfig(directory, cluster)
                    .with("Host faulty", "HostKeyAlias " + cluster.address(2), "Host *");
            List<JschTransport> transports =
                    IntStream.range(0, count).mapToObj(i -> transport(config)).toList();
            List<Future<String>> futures = transports.stream()
                    .map(each -> threads.submit(() -> {
                        try (each) {
                            return run(each.connect(relay.host(), ample()), "echo in");
                        }
                    }))
                    .toList();
            for (Future<String> future : futures) {
                assertThat(future.get()).isEqualTo("in");
            }
            assertThat(relay.connections())
                    .as("the server turned some away, or this proves nothing")
                    .isGreaterThan(count);
        } finally {
            threads.shutdownNow();
        }
    }

    /** From the third login at a time on, every second is turned away, from the seventh on all are. */
    private static void limitStartups(String host) {
        String change =
                "sed -i 's/^MaxStartups.*/MaxStartups 2:50:6/' /etc/ssh/sshd_config && kill -HUP $(cat /run/sshd.pid)";
        assertThat(cluster.exec(host, "sh", "-c", change).status()).isZero();
        Waiting.until(
                "sshd to listen again",
                Duration.ofSeconds(30),
                () -> cluster.ssh(host, "true").status() == 0);
    }

    @Test
    void nothingIsLeftAfterClose() throws IOException {
        Set<String> threadsBefore = threads();
        long socketsBefore = sockets();
        for (int i = 1; i <= 2; i++) {
            Session session = connect(i);
            run(session, "echo in");
            for (int k = 0; k < 3; k++) {
                session.start(RemoteCommand.of("yes"), ample());
            }
        }
        assertThat(threads()).hasSizeGreaterThan(threadsBefore.size());
        assertThat(sockets()).isGreaterThan(socketsBefore);

        transport.close();

        Waiting.until(
                "the end of threads and sockets",
                Duration.ofSeconds(30),
                () -> threadsBefore.containsAll(threads()) && sockets() <= socketsBefore);
    }

    @Test
    void nothingIsLeftAfterAFailedLogin() {
        assertNothingIsLeftOf(Reason.HOST_KEY, "HostKeyAlias unknown");
    }

    @Test
    void nothingIsLeftOfAJumpHostFromWhichTheHostIsNotReached() {
        assertNothingIsLeftOf(Reason.NO_CONNECTION, "Port 1");
    }

    private void assertNothingIsLeftOf(Reason reason, String cause) {
        Set<String> threadsBefore = threads();
        long socketsBefore = sockets();
        SshConfig config = new SshConfig(directory, cluster)
                .with("Host " + cluster.host(1), "ProxyJump " + cluster.host(2), cause, "Host *");
        try (JschTransport other = transport(config)) {
            TransportException failure = catchThrowableOfType(
                    TransportException.class, () -> other.connect(Host.named(cluster.host(1)), ample()));
            assertThat(failure.reason()).isEqualTo(reason);

            Waiting.until(
                    "the end of threads and sockets",
                    Duration.ofSeconds(30),
                    () -> threadsBefore.containsAll(threads()) && sockets() <= socketsBefore);
        }
    }

    @Test
    void closedTransportConnectsNoMore() {
        Session session = connect(1);
        transport.close();

        assertThat(catchThrowableOfType(TransportException.class, () -> run(session, "echo in")))
                .hasMessageContaining("is closed");
        assertThat(catchThrowableOfType(TransportException.class, () -> connect(2)))
                .hasMessageContaining("is closed");
    }

    /** The timer thread of the JDK's CompletableFuture is not ours to end. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("CompletableFutureDelay"))
                .map(thread -> thread.getId() + " " + thread.getName())
                .collect(Collectors.toSet());
    }

    private static long sockets() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(KeptConnectionTest::isSocket).count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}
