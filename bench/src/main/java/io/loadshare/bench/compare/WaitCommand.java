package io.loadshare.bench.compare;

import io.loadshare.bench.Output;
import io.loadshare.bench.decide.WaitingRequests;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
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
    private static final long START_INTERVAL_MILLIS = 250;
    private static final long RELEASE_INTERVAL_MILLIS = 10_000;

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
        String loadshare = Programs.top().resolve("loadshare") + " --config " + configuration(fixture);
        shell(loadshare + " scan");
        Path started = fixture.work().resolve("started");
        Files.createFile(started);
        shell(loadshare + " run --detach --slots 1 -- sleep 1000; while " + loadshare
                + " run --detach --no-wait --slots 1 -- sleep 1000; do :; done 2>/dev/null");
        for (int i = 0; i < processes; i++) {
            waiting.add(new ProcessBuilder(
                            "bash",
                            "-c",
                            loadshare + " run --no-input -- sleep 1000 2>>" + started.resolveSibling("log"))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
            Thread.sleep(START_INTERVAL_MILLIS);
        }
        await(() -> lines(loadshare + " queue") > processes, "all requests in the queue");
        Thread.sleep(seconds * 500L);
        Set<Long> pids = Programs.running("run\0--no-input\0--\0sleep");
        double before = cpuSeconds(pids);
        long from = System.nanoTime();
        Thread.sleep(seconds * 1000L);
        double percent = 100 * (cpuSeconds(pids) - before) / ((System.nanoTime() - from) / 1e9);
        add(rows, figures, processes + " processes: % of a core for all of them", percent, 2);
        List<Double> latencies = new ArrayList<>();
        for (int i = 0; i < RELEASES; i++) {
            latencies.add(secondsToNextStart(loadshare));
            Thread.sleep(RELEASE_INTERVAL_MILLIS);
        }
        add(rows, figures, processes + " processes: s from a release to the reservation, median", median(latencies), 2);
        add(
                rows,
                figures,
                processes + " processes: s from a release to the reservation, most",
                latencies.stream().mapToDouble(d -> d).max().orElseThrow(),
                2);
    }

    private static Path configuration(Fixture fixture) throws IOException {
        Path file = fixture.work().resolve("wait.yaml");
        Path state = fixture.work().resolve("state-wait");
        Files.writeString(
                file,
                "hosts: [ { name: h1 } ]\nssh: { config: " + fixture.sshConfig() + ", knownHosts: "
                        + fixture.knownHosts() + " }\nstate: { directory: " + state + " }\n");
        return file;
    }

    /** Ends a job and returns the time until the next reservation in the ledger. */
    private static double secondsToNextStart(String loadshare) throws IOException, InterruptedException {
        Path ledger = ledger(loadshare);
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
                "a reservation after the release");
        return times[1] - times[0];
    }

    private static Path ledger(String loadshare) {
        return Path.of(loadshare.substring(loadshare.lastIndexOf(' ') + 1)).resolveSibling("state-wait/ledger");
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void await(Condition condition, String what) throws IOException, InterruptedException {
        long end = System.nanoTime() + 180_000_000_000L;
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IOException("waited 180 s for " + what);
            }
            Thread.sleep(100);
        }
    }

    private static long lines(String command) throws IOException, InterruptedException {
        return shell(command).lines().count();
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
