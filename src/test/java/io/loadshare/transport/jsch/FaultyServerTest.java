package io.loadshare.transport.jsch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.loadshare.transport.Deadline;
import io.loadshare.transport.FixedHostKeys;
import io.loadshare.transport.HostKey;
import io.loadshare.transport.Login;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import io.loadshare.transport.openssh.LocalUser;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that do not do what SSH asks of them before there is a login. */
@Tag("fault")
class FaultyServerTest {

    private static final Duration SHORT = Duration.ofSeconds(2);

    private static final Duration LONG = Duration.ofSeconds(30);

    /** So far above the deadline a call may end before the test fails: a busy machine takes its time. */
    private static final int GENEROUS = 5;

    private static final byte[] BANNER = "SSH-2.0-OpenSSH_9.2p1\r\n".getBytes(US_ASCII);

    @TempDir
    private Path directory;

    static JschTransport transport(Path directory, Login login, HostKey key) {
        SshSettings settings = new SshSettings(
                directory.resolve(".ssh/config"), directory.resolve(".ssh/known_hosts"), Optional.empty(), List.of());
        LocalUser caller = new LocalUser("me", directory, Map.of());
        return new JschTransport(
                settings, caller, login, new FixedHostKeys(List.of(key)), RandomGenerator.getDefault());
    }

    private static HostKey anyKey() {
        return HostKey.of(new byte[] {0, 0, 0, 11, 's', 's', 'h', '-', 'e', 'd', '2', '5', '5', '1', '9'});
    }

    private TransportException failureBefore(RawServer server, Duration deadline) {
        Login login = new Login.Password(Optional.empty(), "test", "secret");
        try (JschTransport transport = transport(directory, login, anyKey())) {
            return assertTimeoutPreemptively(
                    deadline.multipliedBy(GENEROUS),
                    () -> catchThrowableOfType(
                            TransportException.class,
                            () -> transport.connect(server.host(), Deadline.after(deadline, System::nanoTime))));
        }
    }

    private void assertFails(Reason reason, String words, RawServer.Behaviour behaviour) {
        try (RawServer server = new RawServer(behaviour)) {
            TransportException failure = failureBefore(server, reason == Reason.TIMED_OUT ? SHORT : LONG);
            assertThat(failure).hasMessageContainingAll("faulty (127.0.0.1 port " + server.port() + ")", words);
            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
        }
    }

    private static void hang() throws InterruptedException {
        Thread.sleep(Duration.ofHours(1).toMillis());
    }

    @Test
    void silenceAfterAcceptCostsTheDeadline() {
        assertFails(Reason.TIMED_OUT, "send an SSH banner", (socket, number) -> hang());
    }

    @Test
    void silenceAfterTheBannerCostsTheDeadline() {
        assertFails(Reason.TIMED_OUT, "finish the key exchange within 2 s", (socket, number) -> {
            socket.getOutputStream().write(BANNER);
            hang();
        });
    }

    @Test
    void oneByteNowAndThenCostsTheDeadlineAndNotThatForEachByte() {
        assertFails(Reason.TIMED_OUT, "within 2 s", (socket, number) -> {
            for (byte unit : "SSH-2.0-OpenSSH_9.2p1 with a very long and very slow comment\r\n".getBytes(US_ASCII)) {
                socket.getOutputStream().write(unit);
                Thread.sleep(300);
            }
        });
    }

    @Test
    void otherProtocolIsNamed() {
        assertFails(Reason.PROTOCOL, "HTTP/1.1 400 Bad Request", (socket, number) -> {
            socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\nno\r\n".getBytes(US_ASCII));
        });
    }

    @Test
    void binaryGarbageIsShownHarmlessly() {
        assertFails(Reason.PROTOCOL, "'?[31m???'", (socket, number) -> {
            socket.getOutputStream().write(new byte[] {27, '[', '3', '1', 'm', 0, (byte) 0xff, 7, '\n'});
        });
    }

    @Test
    void garbageAfterTheBannerIsNotSsh() {
        assertFails(Reason.PROTOCOL, "does not speak SSH", (socket, number) -> {
            socket.getOutputStream().write(BANNER);
            socket.getOutputStream().write(new byte[4096]);
            hang();
        });
    }

    @Test
    void bannerWithoutEndIsGivenUp() {
        assertFails(Reason.PROTOCOL, "bytes before login", (socket, number) -> {
            OutputStream out = socket.getOutputStream();
            for (byte[] line = "welcome to this host\r\n".repeat(500).getBytes(US_ASCII); ; ) {
                out.write(line);
            }
        });
    }

    @Test
    void bannerLineWithoutEndIsGivenUp() {
        assertFails(Reason.PROTOCOL, "does not speak SSH", (socket, number) -> {
            OutputStream out = socket.getOutputStream();
            for (byte[] part = "x".repeat(8192).getBytes(US_ASCII); ; ) {
                out.write(part);
            }
        });
    }

    @Test
    void oldProtocolIsRefused() {
        assertFails(Reason.PROTOCOL, "SSH-1.5-old", (socket, number) -> {
            socket.getOutputStream().write("SSH-1.5-old\r\n".getBytes(US_ASCII));
            hang();
        });
    }

    @Test
    void serverThatKeepsTurningUsAwayIsAskedAgainUntilTheDeadline() {
        try (RawServer server = new RawServer(
                (socket, number) -> socket.getOutputStream().write("Exceeded MaxStartups\r\n".getBytes(US_ASCII)))) {
            TransportException failure = failureBefore(server, SHORT);

            assertThat(failure).hasMessageContainingAll("'Exceeded MaxStartups'", server.accepted() + " times in 2 s");
            assertThat(failure.reason()).isEqualTo(Reason.NO_CONNECTION);
            assertThat(server.accepted()).isBetween(2, 20);
        }
    }

    @Test
    void everyWayToTurnUsAwayEarlyIsTriedAgain() throws Exception {
        RawServer.Behaviour[] ways = {
            (socket, number) -> socket.close(),
            (socket, number) -> socket.setSoLinger(true, 0),
            (socket, number) -> socket.getOutputStream().write("SSH-2.0-Op".getBytes(US_ASCII)),
            (socket, number) -> socket.getOutputStream().write(BANNER),
            (socket, number) -> socket.getOutputStream().write("Exceeded MaxStartups\r\n".getBytes(US_ASCII)),
        };
        try (SshdStub sshd = new SshdStub();
                RawServer server = new RawServer((socket, number) -> {
                    if (number <= ways.length) {
                        ways[number - 1].serve(socket, number);
                    } else {
                        Relay.join(socket, "127.0.0.1", sshd.port());
                    }
                });
                JschTransport transport = transport(directory, SshdStub.LOGIN, sshd.key())) {

            transport.connect(server.host(), Deadline.after(Duration.ofSeconds(60), System::nanoTime));

            assertThat(server.accepted()).isEqualTo(ways.length + 1);
        }
    }
}
