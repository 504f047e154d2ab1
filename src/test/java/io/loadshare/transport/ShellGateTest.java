package io.loadshare.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.host.Host;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ShellGateTest {

    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    private ShellGate gate(String command) {
        return new ShellGate(Host.named("h1"), "me", RemoteCommand.of(command), stdout, stderr);
    }

    private static Deadline ample() {
        return Deadline.after(Duration.ofSeconds(60), System::nanoTime);
    }

    /** What may be /bin/sh, and what a user may log in with. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/bin/dash|/bin/bash", "/bin/bash|/bin/bash", "/bin/mksh|/bin/bash", "/bin/busybox sh|/bin/bash",
                "/bin/sh|/bin/tcsh", "/bin/sh|/usr/bin/fish", "/bin/sh|/usr/bin/zsh", "/bin/sh|/bin/mksh",
                "/bin/sh|/bin/bsd-csh"
            })
    void everyShellProvesWhatItRuns(String shells) throws Exception {
        String[] shell = shells.split("\\|");
        for (String program : List.of(shell[0].split(" ")[0], shell[1])) {
            assumeTrue(
                    Files.isExecutable(Path.of(program)), "no " + program + " here, so this proves nothing about it");
        }
        ShellGate gate = gate("printf '%s\\n' \"$0\"; cat; echo ü; echo err >&2; exit 7");
        String line = gate.loginLine().replace("/bin/sh", shell[0]);
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(shell[1], "-c", line)));
        builder.environment().put("PATH", "/usr/local/bin");
        builder.environment().put("BASH_FUNC_printf%%", "() { echo mine; }");
        builder.environment().put("BASH_FUNC_read%%", "() { echo mine; }");
        builder.environment().put("BASH_FUNC_cd%%", "() { builtin cd \"$@\" && echo now in $PWD; }");
        builder.environment().put("IFS", "e");
        builder.environment().put("CDPATH", "/tmp");
        Process process = builder.start();
        CompletableFuture<Void> out = pass(process.getInputStream(), gate.stdout());
        CompletableFuture<Void> err = pass(process.getErrorStream(), gate.stderr());

        assertThat(gate.open(process.getOutputStream(), ample())).as("proved").isTrue();
        process.getOutputStream().write("input\n".getBytes(UTF_8));
        process.getOutputStream().close();

        assertThat(process.waitFor()).isEqualTo(7);
        out.get(30, TimeUnit.SECONDS);
        err.get(30, TimeUnit.SECONDS);
        assertThat(stdout.toString(UTF_8)).endsWith("\ninput\nü\n");
        assertThat(stderr.toString(UTF_8)).isEqualTo("err\n");
    }

    private static CompletableFuture<Void> pass(InputStream from, OutputStream to) {
        return CompletableFuture.runAsync(() -> {
            try (from;
                    to) {
                from.transferTo(to);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void aShellThatShowsTheLineProvesNothing() throws IOException {
        ShellGate gate = gate("true");
        gate.stdout().write(gate.loginLine().getBytes(UTF_8));
        gate.stderr().write(gate.loginLine().getBytes(UTF_8));
        gate.stdout().close();
        gate.stderr().close();
        ByteArrayOutputStream stdin = new ByteArrayOutputStream();

        assertThat(gate.open(stdin, ample())).isFalse();
        assertThat(stdin.size()).isZero();
    }

    @Test
    void whatAHostPrintedIsShownHarmlessly() throws IOException {
        ShellGate gate = gate("secret words");
        gate.stdout().write("\033[31mred\0 \n".repeat(100_000).getBytes(UTF_8));
        gate.stdout().close();
        gate.stderr().close();
        gate.open(OutputStream.nullOutputStream(), ample());

        String message = gate.refusal(java.util.OptionalInt.of(3), ample()).getMessage();

        assertThat(message)
                .contains("ended with status 3", "\\u001b[31mred\\u0000")
                .doesNotContain("secret");
        assertThat(message.length()).isLessThan(700);
    }

    @Test
    void markerMayComeInPieces() throws IOException {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        MarkerFilter filter = new MarkerFilter("<ab>", to, () -> {});
        for (byte unit : "x<<a<ab<ab>rest".getBytes(UTF_8)) {
            filter.write(unit);
        }

        assertThat(to).hasToString("rest");
        assertThat(filter.dropped()).isEqualTo("x<<a<ab<ab>");
    }

    @Test
    void commandOfTwoLinesIsRefused() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> new RemoteCommand("echo one\necho two", Optional.empty())))
                .hasMessageContaining("must be one line");
    }
}
