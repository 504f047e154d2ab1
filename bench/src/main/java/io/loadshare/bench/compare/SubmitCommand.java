package io.loadshare.bench.compare;

import io.loadshare.bench.Output;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.host.SlurmCluster;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobSpec;
import io.loadshare.job.ssh.SshJobEngine;
import io.loadshare.transport.CommandResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code bench/run submit}, which submits jobs to a real Slurm, beside {@code sbatch} in a loop. */
@Command(
        name = "submit",
        description =
                "Submits many jobs to a real Slurm on one real sshd host: sbatch in a loop over one connection, then"
                        + " loadshare in one process, with one and with several submissions at a time. Needs root and Debian's"
                        + " Slurm.",
        mixinStandardHelpOptions = true)
public final class SubmitCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int AT_A_TIME = 4;
    private static final int OUTPUT_LIMIT = 1 << 20;

    @Option(names = "--short", description = "20 jobs instead of 200, one round instead of three.")
    private boolean brief;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures to this file.")
    private Path json;

    @Spec
    private CommandSpec spec;

    private Transport transport;
    private JobEngine engine;
    private Host login;
    private Host cluster;
    private int next;

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        int jobs = brief ? 20 : 200;
        int rounds = brief ? 1 : 3;
        Map<String, Object> figures = new LinkedHashMap<>();
        ScheduledExecutorService polls = Executors.newScheduledThreadPool(2);
        ExecutorService one = Executors.newSingleThreadExecutor();
        ExecutorService several = Executors.newFixedThreadPool(AT_A_TIME);
        try (Fixture fixture = new Fixture(1)) {
            fixture.startSlurm();
            connect(fixture, polls);
            onLogin("scontrol update nodename=n1 state=drain reason=bench");
            List<Double> loop = new ArrayList<>();
            List<Double> byOne = new ArrayList<>();
            List<Double> bySeveral = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                loop.add(seconds(() -> onLogin(loop(jobs))));
                byOne.add(seconds(() -> submit(jobs, one)));
                bySeveral.add(seconds(() -> submit(jobs, several)));
            }
            figures.put("sbatch in a loop over one connection, s", median(loop));
            figures.put("loadshare, one at a time, s", median(byOne));
            figures.put("loadshare, " + AT_A_TIME + " at a time, s", median(bySeveral));
            figures.put("one at a time, times the loop", median(byOne) / median(loop));
            figures.put(AT_A_TIME + " at a time, times the loop", median(bySeveral) / median(loop));
            transport.close();
        } finally {
            polls.shutdownNow();
            one.shutdownNow();
            several.shutdownNow();
        }
        print(jobs, figures);
        return 0;
    }

    private void print(int jobs, Map<String, Object> figures) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        figures.forEach((name, value) -> rows.add(List.of(name, Output.number((double) value, 2))));
        if (json != null) {
            Output.json(json, figures);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(Output.table(List.of(jobs + " jobs", "median"), rows));
        out.flush();
    }

    private void connect(Fixture fixture, ScheduledExecutorService polls) {
        SshSettings ssh = new SshSettings(fixture.sshConfig(), fixture.knownHosts(), Optional.empty(), List.of());
        login = Host.named("h1");
        cluster = login.asLoginTo(
                new HostName("hpc"),
                new SlurmCluster(login.name(), Optional.empty(), Optional.empty(), List.of(), Duration.ZERO));
        transport = new JschTransport(ssh, LocalUser.current(), new Random());
        engine = new SshJobEngine(transport, JobSettings.DEFAULT, polls, InstantSource.system());
    }

    private static Deadline deadline() {
        return Deadline.after(LIMIT, System::nanoTime);
    }

    private static String loop(int jobs) {
        return "for i in $(seq " + jobs + "); do printf '#!/bin/sh\\nexit 0\\n' |"
                + " sbatch --parsable --no-requeue --output=/dev/null || exit; done";
    }

    private void onLogin(String script) throws IOException {
        try (Session session = transport.connect(login, deadline())) {
            byte[] text = (script + "\n").getBytes(StandardCharsets.US_ASCII);
            CommandResult result = session.run("exec /bin/sh", text, OUTPUT_LIMIT, deadline());
            if (result.status() != 0) {
                throw new IOException("'" + script + "' failed: " + result.stderrText());
            }
        }
    }

    private interface Step {
        void run() throws IOException, InterruptedException, ExecutionException;
    }

    /** Returns the time of a step whose jobs do not start, because the only node is drained; then removes them. */
    private double seconds(Step step) throws IOException, InterruptedException, ExecutionException {
        long from = System.nanoTime();
        step.run();
        double seconds = (System.nanoTime() - from) / 1e9;
        onLogin("scancel --user=root");
        return seconds;
    }

    private void submit(int jobs, ExecutorService starters) throws InterruptedException, ExecutionException {
        Callable<Job> start = this::submitOne;
        for (Future<Job> job : starters.invokeAll(Collections.nCopies(jobs, start))) {
            job.get();
        }
    }

    private Job submitOne() {
        return engine.start(cluster, newSpec(), () -> {}, deadline());
    }

    private synchronized JobSpec newSpec() {
        next++;
        return JobSpec.of("bench-" + next, List.of("true"));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
