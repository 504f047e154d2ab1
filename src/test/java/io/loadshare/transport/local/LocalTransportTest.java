package io.loadshare.transport.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.host.Host;
import io.loadshare.transport.CommandResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.TransportException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTransportTest {

    @TempDir
    Path home;

    private Session session;

    @BeforeEach
    void connect() {
        session = new LocalTransport(home).connect(Host.local("here"), seconds(5));
    }

    @Test
    void runsAShellLineInTheHomeDirectory() {
        assertThat(run("pwd; echo $HOME").stdoutText()).isEqualTo(home + "\n" + home + "\n");
    }

    @Test
    void goesToTheRootDirectoryWhereThereIsNoHome() throws Exception {
        Files.delete(home);
        assertThat(run("pwd").stdoutText()).isEqualTo("/\n");
    }

    @Test
    void carriesStdinStdoutStderrAndStatus() {
        CommandResult result = session.run("cat; echo words >&2; exit 7", bytes("data"), 1000, seconds(5));
        assertThat(result.status()).isEqualTo(7);
        assertThat(result.stdoutText()).isEqualTo("data");
        assertThat(result.stderrText()).isEqualTo("words\n");
    }

    @Test
    void givesDeathByASignalAs128AndItsNumber() {
        assertThat(run("kill -KILL $$").status()).isEqualTo(128 + 9);
    }

    @Test
    void leadsASessionOfItsOwn() {
        assertThat(run("[ $(ps -o sid= -p $$) = $$ ]").status()).isZero();
    }

    @Test
    void runsUnderATerminalOfTheSizeAskedFor() throws Exception {
        RemoteCommand.Terminal terminal = new RemoteCommand.Terminal("vt100", 91, 17);
        RemoteCommand command = new RemoteCommand("tty; stty size; echo $TERM; exit 3", Optional.of(terminal));
        try (RemoteProcess process = session.start(command, seconds(5))) {
            String output = new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(output).startsWith("/dev/").endsWith("17 91\r\nvt100\r\n");
            assertThat(process.waitFor(seconds(5))).isEqualTo(3);
        }
    }

    @Test
    void letsGoOfACommandAtTheDeadlineWithoutKillingIt() throws Exception {
        ProcessHandle sleep;
        try (RemoteProcess process = session.start(RemoteCommand.of("echo $$; exec sleep 20"), seconds(5))) {
            BufferedReader stdout = new BufferedReader(new InputStreamReader(process.stdout()));
            sleep = ProcessHandle.of(Long.parseLong(stdout.readLine())).orElseThrow();
            Deadline deadline = Deadline.after(Duration.ofMillis(50), System::nanoTime);
            assertThatThrownBy(() -> process.waitFor(deadline))
                    .isInstanceOf(TransportException.class)
                    .hasMessage("here did not end the command within 0.05 s");
        }
        assertThat(sleep.isAlive()).isTrue();
        sleep.destroyForcibly();
        sleep.onExit().get(5, TimeUnit.SECONDS);
    }

    @Test
    void refusesAHostThatIsNotThisMachine() {
        try (LocalTransport transport = new LocalTransport()) {
            assertThatThrownBy(() -> transport.connect(Host.named("l01"), seconds(5)))
                    .hasMessage("l01 is not this machine (local: true): it needs SSH");
        }
    }

    @Test
    void refusesALineThatJavaCannotPassOn() {
        assertThatThrownBy(() -> run("echo \u00fc")).hasMessageContaining("must be ASCII");
    }

    private CommandResult run(String line) {
        return session.run(line, new byte[0], 1000, seconds(5));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Deadline seconds(int seconds) {
        return Deadline.after(Duration.ofSeconds(seconds), System::nanoTime);
    }
}
