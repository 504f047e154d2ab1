package io.loadshare.bench.compare;

import io.loadshare.bench.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToDoubleFunction;

/**
 * The meter of contenders. It measures only the local side: the CPU time of the hosts does not count, although they
 * share this machine. CPU time is that of the processes a contender starts and waits for, and of those it keeps, in
 * hundredths of a second.
 */
final class Meter {

    private static final double TICKS_PER_SECOND = 100;
    private static final long SAMPLING_MILLIS = 50;

    private Meter() {}

    /** One run; {@code megabytes} is 0 unless its memory was sampled. */
    private record Run(double seconds, double cpuSeconds, double megabytes, int done) {}

    /**
     * The medians of several runs.
     *
     * @param megabytes peak memory of one run: the sum of the proportional shares of its processes
     * @param done the minimum of all runs
     */
    record Cost(double seconds, double cpuSeconds, double megabytes, int done) {

        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("seconds", seconds);
            json.put("cpuSeconds", cpuSeconds);
            json.put("megabytes", megabytes);
            json.put("done", done);
            return json;
        }

        /** Returns the cells of a table row. */
        List<String> cells() {
            return List.of(
                    Output.number(seconds, 3),
                    Output.number(cpuSeconds, 2),
                    Output.number(megabytes, 0),
                    Integer.toString(done));
        }
    }

    /**
     * Measures contenders in turn, round by round, so that other load on the machine affects all of them equally. The
     * first run of each is a warm-up, during which its memory is sampled.
     *
     * @param rounds the number of rounds after the warm-up; if 0, only the first run counts
     */
    static Map<Contender, Cost> measure(List<? extends Contender> contenders, int rounds)
            throws IOException, InterruptedException {
        Map<Contender, Run> first = new LinkedHashMap<>();
        Map<Contender, List<Run>> runs = new LinkedHashMap<>();
        for (Contender contender : contenders) {
            first.put(contender, run(contender, true));
            runs.put(contender, new ArrayList<>(rounds == 0 ? List.of(first.get(contender)) : List.of()));
        }
        for (int i = 0; i < rounds; i++) {
            for (Contender contender : contenders) {
                runs.get(contender).add(run(contender, false));
            }
        }
        Map<Contender, Cost> costs = new LinkedHashMap<>();
        runs.forEach((contender, all) -> costs.put(
                contender,
                new Cost(
                        median(all, Run::seconds),
                        median(all, Run::cpuSeconds),
                        first.get(contender).megabytes(),
                        all.stream().mapToInt(Run::done).min().orElseThrow())));
        return costs;
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static Run run(Contender contender, boolean watched) throws IOException, InterruptedException {
        double before = cpuSeconds(contender.kept());
        Sampler sampler = new Sampler(contender.kept());
        if (watched) {
            sampler.start();
        }
        long start = System.nanoTime();
        int done = contender.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        double megabytes = sampler.most();
        contender.settle();
        return new Run(seconds, Math.max(0, cpuSeconds(contender.kept()) - before), megabytes, done);
    }

    /** Returns the CPU time of the kept processes and of all ended children of this process. */
    private static double cpuSeconds(Set<Long> kept) throws IOException {
        double ticks = sum(fields("self"), 13, 14); // cutime, cstime
        double seconds = ticks / TICKS_PER_SECOND;
        for (long process : kept) {
            seconds += cpuSeconds(process);
        }
        return seconds;
    }

    /** Returns the CPU time of a process and of its ended children. */
    static double cpuSeconds(long process) throws IOException {
        return sum(fields(Long.toString(process)), 11, 14) / TICKS_PER_SECOND; // utime … cstime
    }

    private static double sum(String[] fields, int first, int last) {
        double sum = 0;
        for (int i = first; i <= last; i++) {
            sum += Long.parseLong(fields[i]);
        }
        return sum;
    }

    /** Returns the fields of a process's stat file after its name, beginning with its state. */
    private static String[] fields(String process) throws IOException {
        String stat = Files.readString(Path.of("/proc", process, "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    /** A thread that repeatedly sums up the memory of the contender's processes. */
    private static final class Sampler extends Thread {

        private final Set<Long> kept;
        private final Set<Long> others;
        private final AtomicBoolean over = new AtomicBoolean();
        private double most;

        Sampler(Set<Long> kept) {
            super("memory-sampler");
            this.kept = kept;
            this.others = new HashSet<>();
            descendants(others);
            others.removeAll(kept);
            setDaemon(true);
        }

        private static void descendants(Set<Long> into) {
            ProcessHandle.current().descendants().forEach(process -> into.add(process.pid()));
        }

        @Override
        public void run() {
            do {
                Set<Long> processes = new HashSet<>();
                descendants(processes);
                processes.removeAll(others);
                processes.addAll(kept);
                most = Math.max(
                        most, processes.stream().mapToDouble(Sampler::megabytes).sum());
                try {
                    Thread.sleep(SAMPLING_MILLIS);
                } catch (InterruptedException e) {
                    return;
                }
            } while (!over.get());
        }

        private static double megabytes(long process) {
            try {
                for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process), "smaps_rollup"))) {
                    if (line.startsWith("Pss:")) {
                        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
                    }
                }
            } catch (IOException e) {
                // The process has ended meanwhile.
            }
            return 0;
        }

        double most() throws InterruptedException {
            over.set(true);
            join();
            return most;
        }
    }
}
