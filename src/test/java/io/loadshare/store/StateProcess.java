package io.loadshare.store;

import static io.loadshare.store.Results.answer;
import static io.loadshare.store.Results.failure;

import io.loadshare.host.HostName;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import io.loadshare.scan.ScanTurn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A process that works on a state directory, told what to do by lines on its stdin. */
final class StateProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private StateProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts a process, which says "ready" when it waits for its stdin. */
    static StateProcess start(Path directory, String task, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                StateProcess.class.getName(),
                directory.toString(),
                task));
        command.addAll(List.of(words));
        return new StateProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** The next line it prints; null if it has ended. */
    String line() throws IOException {
        return output.readLine();
    }

    void go() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** {@code kill -9}, and the end of it. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    public static void main(String[] arguments) throws IOException {
        StateDirectory state =
                StateDirectory.open(new StateSettings(Path.of(arguments[0]), false), System.err::println);
        System.out.println("ready");
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        switch (arguments[1]) {
            case "claim" -> claim(state);
            case "write" -> writeForEver(state);
            case "publish" -> publish(state, arguments[2], Integer.parseInt(arguments[3]));
            default -> throw new IllegalArgumentException(arguments[1]);
        }
    }

    private static void claim(StateDirectory state) {
        ScanTurn turn = state.claimScan(Results.ALICE, Duration.ofSeconds(30), Duration.ofMinutes(10), Instant.now());
        System.out.println(turn.getClass().getSimpleName());
    }

    /** Publishes one scan after the other, each of one host. */
    private static void publish(StateDirectory state, String host, int count) {
        for (int i = 1; i <= count; i++) {
            state.publish(Results.shared(Results.scan(answer(host, i, i))), Results.ALICE, Results.at(i));
        }
        System.out.println("done");
    }

    private static void writeForEver(StateDirectory state) {
        for (int i = 0; ; i++) {
            List<HostResult> hosts = new ArrayList<>();
            for (int host = 1; host <= 5; host++) {
                hosts.add((i + host) % 3 == 0 ? failure("h" + host, i, "refused") : answer("h" + host, i, i));
            }
            ScanResult scan = new ScanResult(Results.at(i), Results.at(i), hosts);
            state.publish(Results.shared(scan), Results.ALICE, Results.at(i));
            state.drain(new HostName("h" + i % 7), "repair " + "x".repeat(i % 100), "root", Results.at(i));
            if (state.claimScan(Results.ALICE, Duration.ZERO, Duration.ofMinutes(1), Results.at(i))
                    instanceof ScanTurn.Ours ours) {
                ours.claim().done(false, Results.at(i));
            }
        }
    }
}
