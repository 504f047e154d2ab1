package io.loadshare.bench.decide;

import io.loadshare.bench.Output;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command {@code bench/run decide}, which measures how fast decisions are made and how fast their state is read.
 */
@Command(
        name = "decide",
        description = "Measures time and memory of decisions, and of reading state, at 36, 1000 and 10000 hosts (JMH).",
        mixinStandardHelpOptions = true)
public final class DecideCommand implements Callable<Integer> {

    private static final Map<String, Double> TARGET_MICROS = Map.of(
            "tracked 36", 1.0, "tracked 10000", 250.0, "loadState 10000", 100_000.0, "loadLedger 10000", 100_000.0);
    private static final String IN_SHORT = "\\.(tracked|loadState|parseReport)$";

    @Option(names = "--short", description = "The most important ones, measured briefly: half a minute.")
    private boolean brief;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures to this file.")
    private Path json;

    @Spec
    private CommandSpec spec;

    /** One row of the table: the median and the 90th percentile of the time, and the bytes allocated. */
    private record Figure(String benchmark, String hosts, double p50, double p90, double bytes) {

        static Figure of(RunResult result) {
            String name = result.getParams().getBenchmark();
            return new Figure(
                    name.substring(name.lastIndexOf('.') + 1),
                    result.getParams().getParam("hosts"),
                    result.getPrimaryResult().getStatistics().getPercentile(50),
                    result.getPrimaryResult().getStatistics().getPercentile(90),
                    result.getSecondaryResults().get("gc.alloc.rate.norm").getScore());
        }

        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("benchmark", benchmark);
            json.put("hosts", Integer.parseInt(hosts));
            json.put("p50Micros", p50);
            json.put("p90Micros", p90);
            json.put("bytes", bytes);
            return json;
        }

        List<String> row() {
            Double target = TARGET_MICROS.get(benchmark + " " + hosts);
            return List.of(
                    benchmark,
                    hosts,
                    Output.number(p50, 2),
                    Output.number(p90, 2),
                    Output.number(bytes, 0),
                    target == null ? "" : "≤ " + Output.number(target, 0) + (p50 <= target ? ", met" : ", not met"));
        }
    }

    @Override
    public Integer call() throws RunnerException, IOException {
        Collection<RunResult> results = new Runner(options().build()).run();
        List<Figure> figures = new ArrayList<>();
        results.forEach(result -> figures.add(Figure.of(result)));
        if (json != null) {
            Output.json(json, figures.stream().map(Figure::json).toList());
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.print(Output.table(
                List.of("benchmark", "hosts", "median, µs", "p90, µs", "bytes allocated", "target, µs"),
                figures.stream().map(Figure::row).toList()));
        out.flush();
        return 0;
    }

    private ChainedOptionsBuilder options() {
        return new OptionsBuilder()
                .include(DecisionBenchmark.class.getPackageName() + ".*" + (brief ? IN_SHORT : ""))
                .addProfiler(GCProfiler.class)
                .forks(1)
                .warmupIterations(brief ? 2 : 4)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(brief ? 2 : 5)
                .measurementTime(TimeValue.seconds(1));
    }
}
