package io.loadshare.transport.jsch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.loadshare.transport.CommandResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers and networks that fail once SSH has begun. */
@Tag("fault")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BrokenConnectionTest {

    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration GENEROUS = SHORT.multipliedBy(15);
    private static final int LIMIT = 1 << 20;

    @TempDir
    private Path directory;

    private static Deadline ample() {
        return Deadline.after(Duration.ofSeconds(60), System::nanoTime);
    }

    private static Deadline brief() {
        return Deadline.after(SHORT, System::nanoTime);
    }

    private JschTransport transport(SshdStub sshd) {
        return FaultyServerTest.transport(directory, SshdStub.LOGIN, sshd.key());
    }

    private static CommandResult run(Session session, String line, Deadline deadline) {
        return session.run(line, new byte[0], LIMIT, deadline);
    }

    private static void assertFails(Reason reason, String words, Runnable call) {
        TransportException failure =
                assertTimeoutPreemptively(GENEROUS, () -> catchThrowableOfType(TransportException.class, call::run));
        assertThat(failure).hasMessageContaining(words);
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
    }

    @Test
    void connectionBrokenOffAfterTheKeyExchangeIsSaid() {
        SessionListener listener = new SessionListener() {
            @Override
            public void sessionEvent(org.apache.sshd.common.session.Session session, Event event) {
                if (event == Event.KeyEstablished) {
                    session.close(true);
                }
            }
        };
        try (SshdStub sshd = new SshdStub(server -> server.addSessionListener(listener));
                JschTransport transport = transport(sshd)) {
            assertFails(Reason.PROTOCOL, "broke the connection off", () -> transport.connect(sshd.host(), ample()));
        }
    }

    @Test
    void loginThatIsNeverAnsweredCostsTheDeadline() {
        CountDownLatch never = new CountDownLatch(1);
        try (SshdStub sshd = new SshdStub(server -> server.setPasswordAuthenticator((user, password, session) -> {
                    await(never);
                    return true;
                }));
                JschTransport transport = transport(sshd)) {
            assertFails(Reason.TIMED_OUT, "finish the login within 2 s", () -> transport.connect(sshd.host(), brief()));
        } finally {
            never.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void otherHostKeyThanTheGivenOneIsRefused() {
        try (SshdStub sshd = new SshdStub();
                SshdStub other = new SshdStub();
                JschTransport transport = FaultyServerTest.transport(directory, SshdStub.LOGIN, other.key())) {
            assertFails(
                    Reason.HOST_KEY,
                    sshd.key() + ", which is not the given one (" + other.key(),
                    () -> transport.connect(sshd.host(), ample()));
        }
    }

    @Test
    void channelThatIsNeverOpenedCostsTheDeadline() {
        ChannelSessionFactory silent = new ChannelSessionFactory() {
            @Override
            public Channel createChannel(org.apache.sshd.common.session.Session session) {
                await(new CountDownLatch(1));
                return new ChannelSession();
            }
        };
        try (SshdStub sshd = new SshdStub(server -> server.setChannelFactories(java.util.List.of(silent)));
                JschTransport transport = transport(sshd)) {
            Session session = transport.connect(sshd.host(), ample());

            assertFails(Reason.TIMED_OUT, "within 2 s", () -> run(session, "echo", brief()));
        }
    }

    @Test
    void commandThatIsNeverStartedCostsTheDeadline() {
        CountDownLatch never = new CountDownLatch(1);
        try (SshdStub sshd = new SshdStub(server -> server.setCommandFactory((channel, line) -> {
                    await(never);
                    return new ScriptedCommand(line);
                }));
                JschTransport transport = transport(sshd)) {
            Session session = transport.connect(sshd.host(), ample());

            assertFails(Reason.TIMED_OUT, "start the command within 2 s", () -> run(session, "echo", brief()));
        } finally {
            never.countDown();
        }
    }

    @Test
    void commandThatIsRefusedIsSaid() {
        try (SshdStub sshd = new SshdStub(server -> server.setCommandFactory((channel, line) -> {
                    throw new IOException("forbidden");
                }));
                JschTransport transport = transport(sshd)) {
            Session session = transport.connect(sshd.host(), ample());

            assertFails(Reason.LOGIN, "refuses to run a command", () -> run(session, "echo", ample()));
        }
    }

    @Test
    void channelThatEndsWithoutAStatusIsNoSuccess() throws IOException {
        try (SshdStub sshd = new SshdStub();
                JschTransport transport = transport(sshd)) {
            Session session = transport.connect(sshd.host(), ample());

            assertFails(Reason.LOST, "without an exit status", () -> run(session, "close without status", ample()));

            for (int i = 0; i < 30; i++) { // now and then it ends before its start is known
                RemoteProcess process = session.start(RemoteCommand.of("close without status"), ample());
                assertThat(new String(process.stdout().readNBytes(4), StandardCharsets.UTF_8))
                        .isEqualTo("half");
                assertThatThrownBy(() -> process.stdout().read())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("cut off");
            }
            assertThat(run(session, "echo", ample()).stdoutText()).isEqualTo("hello\n");
        }
    }

    @Test
    void connectionThatTheServerEndsIsLost() {
        try (SshdStub sshd = new SshdStub();
                JschTransport transport = transport(sshd)) {
            Session session = transport.connect(sshd.host(), ample());

            assertFails(Reason.LOST, "connection to faulty was lost", () -> run(session, "disconnect", ample()));
            assertThat(run(session, "echo", ample()).stdoutText()).isEqualTo("hello\n");
        }
    }

    @Test
    void keptConnectionThatWentDeadInSilenceIsReplaced() {
        try (SshdStub sshd = new SshdStub();
                Relay relay = new Relay("127.0.0.1", sshd.port());
                JschTransport transport = transport(sshd)) {
            Session session = transport.connect(relay.host(), ample());
            assertThat(run(session, "echo", ample()).stdoutText()).isEqualTo("hello\n");
            assertThat(relay.connections()).isOne();

            relay.freeze();

            Deadline deadline = Deadline.after(Duration.ofSeconds(16), System::nanoTime);
            assertThat(run(session, "echo", deadline).stdoutText()).isEqualTo("hello\n");
            assertThat(relay.connections()).isEqualTo(2);
        }
    }

    @Test
    void hostThatVanishesWhileACommandRunsIsNoticed() throws IOException {
        writeConfig("ServerAliveInterval 1", "ServerAliveCountMax 2");
        try (SshdStub sshd = new SshdStub();
                Relay relay = new Relay("127.0.0.1", sshd.port());
                JschTransport transport = transport(sshd)) {
            Session session = transport.connect(relay.host(), ample());
            RemoteProcess process = session.start(RemoteCommand.of("hang"), ample());

            relay.freeze();

            assertFails(Reason.LOST, "no sign of life for 3 s", () -> process.waitFor(ample()));
        }
    }

    @Test
    void silentHostThatLivesIsKept() throws IOException, InterruptedException {
        writeConfig("ServerAliveInterval 1", "ServerAliveCountMax 1");
        try (SshdStub sshd = new SshdStub();
                JschTransport transport = transport(sshd)) {
            Session session = transport.connect(sshd.host(), ample());
            RemoteProcess process = session.start(RemoteCommand.of("hang"), ample());

            assertFails(
                    Reason.TIMED_OUT,
                    "end the command",
                    () -> process.waitFor(Deadline.after(Duration.ofSeconds(4), System::nanoTime)));
        }
    }

    @Test
    void inputThatNobodyTakesCostsTheDeadline() {
        byte[] large = new byte[64 << 20];
        try (SshdStub sshd = new SshdStub();
                Relay relay = new Relay("127.0.0.1", sshd.port());
                JschTransport transport = transport(sshd)) {
            Session session = transport.connect(relay.host(), ample());
            run(session, "echo", ample());
            relay.freeze();

            assertFails(Reason.TIMED_OUT, "within 2 s", () -> session.run("hang", large, LIMIT, brief()));
            assertFails(Reason.TIMED_OUT, "within 2 s", () -> session.run("hang", large, LIMIT, brief()));
        }
    }

    @Test
    void transportClosesThoughAWriteIsStuck() throws IOException {
        try (SshdStub sshd = new SshdStub();
                Relay relay = new Relay("127.0.0.1", sshd.port())) {
            JschTransport transport = transport(sshd);
            Session session = transport.connect(relay.host(), ample());
            RemoteProcess process = session.start(RemoteCommand.of("hang"), ample());
            relay.freeze();
            CountDownLatch failed = new CountDownLatch(1);
            DeadlineGuard.inBackground("writer", () -> {
                try {
                    process.stdin().write(new byte[64 << 20]);
                } catch (IOException e) {
                    failed.countDown();
                }
            });

            assertTimeoutPreemptively(GENEROUS, () -> {
                process.close();
                transport.close();
                failed.await();
            });
        }
    }

    private void writeConfig(String... lines) throws IOException {
        Path config = directory.resolve(".ssh/config");
        Files.createDirectories(config.getParent());
        Files.write(config, java.util.List.of(lines));
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
    }
}
