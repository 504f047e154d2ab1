package io.loadshare.bench.simulate;

import io.loadshare.bench.Output;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bench/run simulate}, which measures how well jobs are placed. */
@Command(
        name = "simulate",
        description = "Simulates hosts and jobs and compares placement policies by slowdown (response time / size).",
        mixinStandardHelpOptions = true)
public final class SimulateCommand implements Callable<Integer> {

    @Option(names = "--short", description = "The main table alone, with less jobs: less than a minute.")
    private boolean brief;

    @Option(names = "--cases", paramLabel = "REGEX", description = "Only the cases whose whole name matches.")
    private Pattern cases = Pattern.compile(".*");

    @Option(names = "--jobs", description = "Jobs of each run (50000; with --short 15000).")
    private Integer jobs;

    @Option(
            names = "--seeds",
            defaultValue = "10",
            description = "Runs of each policy in each case (${DEFAULT-VALUE}).")
    private int seeds;

    @Option(names = "--threads", defaultValue = "2", description = "Runs at the same time (${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures to this file.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Experiment> experiments = experiments();
        Results results = new Results();
        try (Runner runner = new Runner(jobs != null ? jobs : brief ? 15_000 : 50_000, seeds, threads)) {
            for (Experiment experiment : experiments) {
                run(experiment, runner, results);
            }
        }
        if (json != null) {
            Output.json(json, results.json());
        }
        print(experiments, results);
        return 0;
    }

    private List<Experiment> experiments() {
        List<Experiment> chosen = (brief ? Experiment.brief() : Experiment.all())
                .stream()
                        .map(experiment -> experiment.only(cases))
                        .filter(experiment -> !experiment.cases().isEmpty())
                        .toList();
        if (chosen.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "no case is named " + cases + ", must be one of "
                            + Experiment.all().stream()
                                    .flatMap(e -> e.cases().stream())
                                    .map(Scenario::name)
                                    .toList());
        }
        return chosen;
    }

    private void run(Experiment experiment, Runner runner, Results results) throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        for (Scenario scenario : experiment.cases()) {
            for (String policy : experiment.policies()) {
                Summary summary = runner.run(scenario, policy);
                results.add(summary);
                err.println(scenario.name() + " " + policy + ": " + Results.meanCell(summary));
                err.flush();
            }
        }
    }

    private void print(List<Experiment> experiments, Results results) {
        PrintWriter out = spec.commandLine().getOut();
        for (Experiment experiment : experiments) {
            out.println("### " + experiment.title() + "\n\nMean slowdown, with its 95 % confidence interval:\n");
            out.println(results.table(experiment, Results::meanCell));
            out.println(experiment.figure().title() + ":\n");
            out.println(results.table(experiment, experiment.figure().cell()));
        }
        out.println("### Targets\n");
        out.print(Targets.table(results));
        out.flush();
    }
}
