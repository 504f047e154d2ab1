package io.loadshare.bench.compare;

import io.loadshare.bench.Output;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command {@code bench/run place}, which measures how long loadshare and other programs take to start a burst of
 * jobs.
 */
@Command(
        name = "place",
        description = "Places and starts a burst of jobs on real sshd hosts by loadshare, GNU parallel and Slurm."
                + " Needs root.",
        mixinStandardHelpOptions = true)
public final class PlaceCommand implements Callable<Integer> {

    private static final int HOSTS = 36;

    @Option(
            names = "--short",
            description = "40 jobs instead of 200, without new processes for each: about half a minute.")
    private boolean brief;

    @Option(names = "--only", paramLabel = "REGEX", description = "Only the programs whose whole name matches.")
    private Pattern only = Pattern.compile(".*");

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures to this file.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<List<String>> rows = new ArrayList<>();
        List<Map<String, Object>> figures = new ArrayList<>();
        try (Fixture fixture = new Fixture(HOSTS)) {
            int jobs = brief ? 40 : 200;
            StartLog log = new StartLog(fixture.shared(), Duration.ofSeconds(brief ? 4 : 15));
            if (Slurm.isInstalled()) {
                try (Slurm slurm = new Slurm(fixture, slots(jobs))) {
                    report(List.of(slurm(slurm, fixture, log, jobs)), rows, figures);
                }
            }
            try (LivingContender.Living living = living(fixture, log)) {
                living.ask("0");
                report(others(living, fixture, log, jobs), rows, figures);
            }
        }
        if (json != null) {
            Output.json(json, figures);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(Output.table(
                List.of("program", "last start, s", "CPU, s", "memory, MB", "started", "most − least on a host"),
                rows));
        out.flush();
        return 0;
    }

    /** Returns the slots that each host needs so that all jobs run at the same time. */
    private static int slots(int jobs) {
        return (jobs + HOSTS - 1) / HOSTS;
    }

    private static BurstContender slurm(Slurm slurm, Fixture fixture, StartLog log, int jobs) {
        ProgramStarter starter = new ProgramStarter(
                "Slurm, sbatch --array",
                slurm.submit(jobs, log.job()),
                Optional.empty(),
                fixture.work().resolve("sbatch.out"),
                Optional.of(slurm.controllerMark()));
        return burst(starter, fixture, log, jobs);
    }

    private static LivingContender.Living living(Fixture fixture, StartLog log) throws IOException {
        return new LivingContender.Living(
                PlaceServer.class,
                fixture.sshConfig(),
                fixture.knownHosts(),
                fixture.work().resolve("living"),
                String.join(",", fixture.names()),
                "sh",
                "-c",
                log.job());
    }

    private List<BurstContender> others(LivingContender.Living living, Fixture fixture, StartLog log, int jobs)
            throws IOException, InterruptedException {
        List<BurstContender> contenders = new ArrayList<>();
        contenders.add(burst(new LivingStarter("loadshare, living process", living, jobs), fixture, log, jobs));
        StartLog longLog = brief ? log : log.withLength(StartLog.LIMIT);
        if (Programs.has("parallel")) {
            Path list = fixture.work().resolve("list");
            Files.write(list, fixture.names());
            contenders.add(burst(parallel("", fixture, list, log, jobs), fixture, log, jobs));
            contenders.add(burst(parallel(" --load 100%", fixture, list, longLog, jobs), fixture, longLog, jobs));
        }
        if (!brief) {
            contenders.add(burst(command(fixture, longLog, jobs), fixture, longLog, jobs));
        }
        return contenders;
    }

    private static BurstContender burst(BurstContender.Starter starter, Fixture fixture, StartLog log, int jobs) {
        return new BurstContender(starter, log, jobs, fixture.names());
    }

    private static ProgramStarter parallel(String options, Fixture fixture, Path list, StartLog log, int jobs) {
        String command = "HOME=" + fixture.work() + " parallel --will-cite -N0 -j " + slots(jobs) + options
                + " --ssh 'ssh -F " + fixture.sshConfig() + "' --slf " + list + " '" + log.job() + "' ::: $(seq " + jobs
                + ")";
        Path output = fixture.work().resolve("parallel.out");
        return new ProgramStarter("GNU parallel" + options, command, Optional.empty(), output, Optional.empty());
    }

    /** Returns the starter that runs the command line: a new process for each job, eight at a time. */
    private static ProgramStarter command(Fixture fixture, StartLog log, int jobs)
            throws IOException, InterruptedException {
        String loadshare = Programs.top().resolve("loadshare") + " --config " + fixture.writeConfiguration();
        Programs.run(List.of("bash", "-c", loadshare + " scan --force"));
        return new ProgramStarter(
                "loadshare run --detach, 8 at a time",
                "seq " + jobs + " | xargs -P 8 -I{} " + loadshare + " run --no-scan --detach -- sh -c '" + log.job()
                        + "'",
                Optional.of(loadshare + " scan --force"),
                fixture.work().resolve("command.out"),
                Optional.empty());
    }

    private void report(List<BurstContender> contenders, List<List<String>> rows, List<Map<String, Object>> figures)
            throws IOException, InterruptedException {
        for (BurstContender contender : contenders) {
            if (!only.matcher(contender.name()).matches()) {
                continue;
            }
            Meter.Cost cost = Meter.measure(List.of(contender), 0).get(contender);
            List<String> row = new ArrayList<>(List.of(contender.name()));
            row.addAll(cost.cells());
            row.add(Integer.toString(contender.spread()));
            rows.add(row);
            spec.commandLine().getErr().println(String.join("  ", row));
            spec.commandLine().getErr().flush();
            Map<String, Object> figure = new LinkedHashMap<>();
            figure.put("program", contender.name());
            figure.putAll(cost.json());
            figure.put("spread", contender.spread());
            figures.add(figure);
        }
    }
}
