package io.loadshare.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.host.Host;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every transport promises, whatever carries the command. A subclass says how to reach a host with a POSIX shell. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public abstract class TransportContract {

    protected static final int LIMIT = 1 << 20;

    private Transport transport;
    protected Session session;

    protected abstract Transport transport() throws Exception;

    protected abstract Host host();

    /** A deadline that only a test that hangs reaches. */
    protected static Deadline ample() {
        return within(Duration.ofSeconds(60));
    }

    protected static Deadline within(Duration duration) {
        return Deadline.after(duration, System::nanoTime);
    }

    @BeforeEach
    void connect() throws Exception {
        transport = transport();
        session = transport.connect(host(), ample());
    }

    @AfterEach
    void disconnect() {
        session.close();
        transport.close();
    }

    protected CommandResult run(String line) {
        return run(line, "");
    }

    protected CommandResult run(String line, String stdin) {
        return session.run(line, stdin.getBytes(UTF_8), LIMIT, ample());
    }

    @Test
    void givesStdoutAndStderrApart() {
        CommandResult result = run("echo out; echo err >&2; echo more");

        assertThat(result.stdoutText()).isEqualTo("out\nmore\n");
        assertThat(result.stderrText()).isEqualTo("err\n");
        assertThat(result.status()).isZero();
    }

    @Test
    void givesEveryExitStatus() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Integer> wanted = statuses().boxed().toList();
            List<Future<Integer>> got = wanted.stream()
                    .map(status -> threads.submit(() -> run("exit " + status).status()))
                    .toList();
            for (int i = 0; i < wanted.size(); i++) {
                assertThat(got.get(i).get()).isEqualTo(wanted.get(i));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The statuses to try: all, unless a command costs too much for that. */
    protected IntStream statuses() {
        return IntStream.range(0, 256);
    }

    @Test
    void deathBySignalUnderAShellIs128PlusItsNumber() {
        assertThat(run("sh -c 'kill -TERM $$'; exit $?").status()).isEqualTo(128 + 15);
        assertThat(run("sh -c 'kill -KILL $$'; exit $?").status()).isEqualTo(128 + 9);
    }

    @Test
    void passesEveryByteBothWays() {
        byte[] all = new byte[64 * 1024];
        new Random(1).nextBytes(all);

        CommandResult result = session.run("cat", all, LIMIT, ample());

        assertThat(result.stdout()).isEqualTo(all);
    }

    @Test
    void endOfInputReachesTheCommandWhileItsOutputGoesOn() throws IOException {
        try (RemoteProcess process = session.start(RemoteCommand.of("cat; echo end; exit 3"), ample())) {
            process.stdin().write("word\n".getBytes(UTF_8));
            process.stdin().close();

            assertThat(new String(process.stdout().readAllBytes(), UTF_8)).isEqualTo("word\nend\n");
            assertThat(process.waitFor(ample())).isEqualTo(3);
        }
    }

    @Test
    void inputIsSentAtOnceAndOutputComesAtOnce() throws IOException {
        try (RemoteProcess process = session.start(RemoteCommand.of("cat"), ample())) {
            OutputStream stdin = process.stdin();
            for (String word : List.of("one", "two", "three")) {
                stdin.write(word.getBytes(UTF_8));
                stdin.flush();
                assertThat(process.stdout().readNBytes(word.length())).isEqualTo(word.getBytes(UTF_8));
            }
        }
    }

    @Test
    void commandLineIsUtf8WhateverTheLocale() {
        assertThat(run("printf %s 'naïve – 日本語 \u00a0'").stdoutText()).isEqualTo("naïve – 日本語 \u00a0");
    }

    @Test
    void commandLineIsReadByAPosixShell() {
        assertThat(run("a=\"x  y\"; echo \"$a\" | tr x z && echo $((1+1))").stdoutText())
                .isEqualTo("z  y\n2\n");
    }

    @Test
    void commandThatLeavesItsInputUnreadEndsWell() {
        byte[] large = new byte[8 * LIMIT];

        assertThat(session.run("exit 5", large, LIMIT, ample()).status()).isEqualTo(5);
    }

    @Test
    void moreOutputThanAllowedIsAFailureAtOnce() {
        for (String stream : List.of("", " >&2")) {
            assertThatThrownBy(() -> session.run("yes" + stream, new byte[0], 1000, ample()))
                    .isInstanceOfSatisfying(TransportException.class, failure -> assertThat(failure.reason())
                            .isEqualTo(TransportException.Reason.PROTOCOL))
                    .hasMessageContaining("more than the 1000 bytes");
        }
    }

    @Test
    void asMuchOutputAsAllowedIsNoFailure() {
        assertThat(session.run("head -c 1000 /dev/zero", new byte[0], 1000, ample())
                        .stdout())
                .hasSize(1000);
    }

    @Test
    void commandThatOutlastsTheDeadlineIsLetGo() {
        assertThatThrownBy(() -> session.run("sleep 600", new byte[0], LIMIT, within(Duration.ofMillis(700))))
                .isInstanceOfSatisfying(TransportException.class, failure -> assertThat(failure.reason())
                        .isEqualTo(TransportException.Reason.TIMED_OUT))
                .hasMessageContaining("0.7 s");

        assertThat(run("echo still here").stdoutText()).isEqualTo("still here\n");
    }

    @Test
    void waitingMayBeTriedAgainAfterADeadline() throws IOException {
        try (RemoteProcess process = session.start(RemoteCommand.of("read word; exit 7"), ample())) {
            assertThatThrownBy(() -> process.waitFor(within(Duration.ofMillis(300))))
                    .isInstanceOf(TransportException.class);

            process.stdin().write('\n');
            process.stdin().flush();
            assertThat(process.waitFor(ample())).isEqualTo(7);
            assertThat(process.waitFor(ample())).isEqualTo(7);
        }
    }

    @Test
    void commandsRunSideBySide() throws Exception {
        int count = 30;
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<String>> results = IntStream.range(0, count)
                    .mapToObj(i -> threads.submit(
                            () -> run("sleep 0.5; cat", "input " + i).stdoutText()))
                    .toList();
            for (int i = 0; i < count; i++) {
                assertThat(results.get(i).get()).isEqualTo("input " + i);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void outputThatNobodyReadsHoldsUpNoOtherCommand() throws IOException {
        try (RemoteProcess ignored = session.start(RemoteCommand.of("yes"), ample())) {
            assertThat(ignored.stdout().read()).isEqualTo('y');
            List<RemoteProcess> others = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                assertThat(run("echo hello").stdoutText()).isEqualTo("hello\n");
                others.add(session.start(RemoteCommand.of("echo hello"), ample()));
            }
            for (RemoteProcess other : others) {
                assertThat(new String(other.stdout().readAllBytes(), UTF_8)).isEqualTo("hello\n");
                other.close();
            }
        }
    }

    @Test
    void streamsOutputUnderFlowControl() throws IOException {
        long bytes = 64L << 20;
        try (RemoteProcess process = session.start(RemoteCommand.of("head -c " + bytes + " /dev/zero"), ample())) {
            assertThat(count(process.stdout())).isEqualTo(bytes);
            assertThat(process.waitFor(ample())).isZero();
        }
    }

    @Test
    void streamsInputUnderFlowControl() throws Exception {
        int blocks = 64;
        try (RemoteProcess process = session.start(RemoteCommand.of("sleep 0.5; wc -c"), ample())) {
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> text(process.stdout()));
            byte[] block = new byte[1 << 20];
            for (int i = 0; i < blocks; i++) {
                process.stdin().write(block);
            }
            process.stdin().close();
            assertThat(output.get(60, TimeUnit.SECONDS).strip()).isEqualTo(Long.toString((long) blocks << 20));
            assertThat(process.waitFor(ample())).isZero();
        }
    }

    @Test
    void inputAndOutputFlowAtTheSameTime() throws Exception {
        byte[] data = new byte[16 << 20];
        new Random(2).nextBytes(data);
        try (RemoteProcess process = session.start(RemoteCommand.of("cat"), ample())) {
            CompletableFuture<byte[]> output = CompletableFuture.supplyAsync(() -> bytes(process.stdout()));
            process.stdin().write(data);
            process.stdin().close();
            assertThat(output.get(60, TimeUnit.SECONDS)).isEqualTo(data);
        }
    }

    @Test
    void closingACommandGivesBackWhoWaitsForIt() throws Exception {
        RemoteProcess process = session.start(RemoteCommand.of("sleep 600"), ample());
        CompletableFuture<Throwable> waiting = CompletableFuture.supplyAsync(() -> failure(process));

        process.close();
        process.close();

        assertThat(waiting.get(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(run("echo next").stdoutText()).isEqualTo("next\n");
    }

    private static Throwable failure(RemoteProcess process) {
        try {
            int status = process.waitFor(ample());
            return status == 0 ? null : new IllegalStateException("status " + status);
        } catch (TransportException e) {
            return e;
        }
    }

    @Test
    void terminalIsGivenOnDemand() throws IOException {
        assertThat(run("test -t 1 || echo none").stdoutText()).isEqualTo("none\n");

        RemoteCommand command = new RemoteCommand(
                "test -t 0 && test -t 1 && echo $TERM && stty size",
                Optional.of(new RemoteCommand.Terminal("vt220", 132, 43)));
        try (RemoteProcess process = session.start(command, ample())) {
            String output = new String(process.stdout().readAllBytes(), UTF_8);
            assertThat(process.waitFor(ample())).isZero();
            assertThat(output).isEqualTo("vt220\r\n43 132\r\n");
        }
    }

    private static long count(InputStream in) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long total = 0;
        int count;
        while ((count = in.read(buffer)) >= 0) {
            total += count;
        }
        return total;
    }

    private static byte[] bytes(InputStream in) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            in.transferTo(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(InputStream in) {
        return new String(bytes(in), UTF_8);
    }
}
