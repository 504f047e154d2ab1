package io.loadshare.bench.compare;

import io.loadshare.bench.Output;
import io.loadshare.bench.decide.WaitingRequests;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code bench/run wait}, which measures what requests cost that wait for a slot. */
@Command(
        name = "wait",
        description = "Lets many processes wait for a slot of one real sshd host, releases one slot after another, and"
                + " lets many requests wait in one process. Needs root.",
        mixinStandardHelpOptions = true)
public final class WaitCommand implements Callable<Integer> {

    private static final int RELEASES = 5;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** The number of processes that start at a time. */
    private static final int STARTING = 4;

    @Option(names = "--short", description = "20 processes instead of 200, 10 s instead of 60.")
    private boolean brief;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures to this file.")
    private Path json;

    @Spec
    private CommandSpec spec;

    private final List<Process> waiting = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        int processes = brief ? 20 : 200;
        int seconds = brief ? 10 : 60;
        Map<String, Object> figures = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        try (Fixture fixture = new Fixture(1)) {
            WaitingRequests.Cost cost = WaitingRequests.measure(
                    1000, seconds, Files.createDirectory(fixture.work().resolve("requests")));
            add(rows, figures, "1000 requests in one process: heap, MB", cost.megabytes(), 1);
            add(rows, figures, "1000 requests in one process: % of a core", cost.percent(), 2);
            measureProcesses(fixture, processes, seconds, rows, figures);
        } finally {
            waiting.forEach(Process::destroyForcibly);
        }
        if (json != null) {
            Output.json(json, figures);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(Output.table(List.of("figure", "measured"), rows));
        out.flush();
        return 0;
    }

    private static void add(
            List<List<String>> rows, Map<String, Object> figures, String name, double value, int digits) {
        rows.add(List.of(name, Output.number(value, digits)));
        figures.put(name, value);
    }

    private void measureProcesses(
            Fixture fixture, int processes, int seconds, List<List<String>> rows, Map<String, Object> figures)
            throws IOException, InterruptedException {
        Path ledger = fixture.work().resolve("state-wait/ledger");
        String loadshare = Programs.top().resolve("loadshare") + " --config " + configuration(fixture);
        shell(loadshare + " scan");
        shell(loadshare + " run --detach --slots 1 -- sleep 1000; while " + loadshare
                + " run --detach --no-wait --slots 1 -- sleep 1000; do :; done 2>/dev/null");
        for (int i = 1; i <= processes; i++) {
            waiting.add(new ProcessBuilder("bash", "-c", "exec " + loadshare + " run --no-input -- sleep 1000")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
            int started = i;
            await(() -> records(ledger, "ticket-opened") > started - STARTING, () -> "the start of request " + started);
        }
        await(
                () -> records(ledger, "ticket-renewed") >= processes,
                () -> "a reason for each request in the queue: " + records(ledger, "ticket-renewed") + " of "
                        + processes);
        add(rows, figures, processes + " processes: % of a core, nothing changes", percentOfACore(seconds), 2);
        shell(loadshare + " scan --force");
        add(rows, figures, processes + " processes: % of a core, after a scan", percentOfACore(seconds), 2);
        List<Double> latencies = new ArrayList<>();
        for (int i = 0; i < RELEASES; i++) {
            latencies.add(secondsToNextStart(loadshare, ledger));
        }
        add(rows, figures, processes + " processes: s from a release to the reservation, median", median(latencies), 2);
        add(
                rows,
                figures,
                processes + " processes: s from a release to the reservation, most",
                latencies.stream().mapToDouble(d -> d).max().orElseThrow(),
                2);
    }

    /** Measures what the waiting processes use from now on. */
    private double percentOfACore(int seconds) throws IOException, InterruptedException {
        Set<Long> pids = waiting.stream().map(Process::pid).collect(Collectors.toSet());
        double before = cpuSeconds(pids);
        long from = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        return 100 * (cpuSeconds(pids) - before) / ((System.nanoTime() - from) / 1e9);
    }

    private static long records(Path ledger, String kind) {
        try (Stream<String> lines = Files.lines(ledger)) {
            return lines.filter(line -> line.contains(" " + kind + " ")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path configuration(Fixture fixture) throws IOException {
        Path file = fixture.work().resolve("wait.yaml");
        Path state = fixture.work().resolve("state-wait");
        Files.writeString(
                file,
                "hosts: [ { name: h1 } ]\nretry: { first: 10m }\nssh: { config: " + fixture.sshConfig()
                        + ", knownHosts: " + fixture.knownHosts() + " }\nstate: { directory: " + state + " }\n");
        return file;
    }

    /** Ends a job and returns the time until the next reservation in the ledger. */
    private static double secondsToNextStart(String loadshare, Path ledger) throws IOException, InterruptedException {
        int known = Files.readAllLines(ledger).size();
        shell(loadshare + " kill $(" + loadshare + " jobs | awk '/RUNNING/ {print $1; exit}')");
        double[] times = new double[2]; // of the end and of the reservation
        await(
                () -> {
                    List<String> lines = Files.readAllLines(ledger);
                    for (String line : lines.subList(known, lines.size())) {
                        String[] words = line.split(" ");
                        if (times[0] == 0 && words[4].equals("ended")) {
                            times[0] = Double.parseDouble(words[2]);
                        } else if (times[0] > 0 && times[1] == 0 && words[4].equals("reserved")) {
                            times[1] = Double.parseDouble(words[2]);
                        }
                    }
                    return times[1] > 0;
                },
                () -> "a reservation after the release");
        return times[1] - times[0];
    }

    private static void await(Programs.Condition condition, Supplier<String> what)
            throws IOException, InterruptedException {
        Programs.await(condition, LIMIT, what);
    }

    private static String shell(String command) throws IOException, InterruptedException {
        return Programs.run(List.of("bash", "-c", command));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    /** Returns the processor time of processes so far. */
    private static double cpuSeconds(Set<Long> processes) throws IOException {
        double seconds = 0;
        for (long process : processes) {
            seconds += Meter.cpuSeconds(process);
        }
        return seconds;
    }
}
