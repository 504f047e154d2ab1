package io.loadshare.bench.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** The runner of experiments. It runs several seeds at the same time. */
final class Runner implements AutoCloseable {

    private final int jobs;
    private final int seeds;
    private final ExecutorService threads;

    /**
     * @param jobs number of jobs in each run
     * @param seeds number of runs of each policy in each case; equal seeds give equal jobs to all policies
     */
    Runner(int jobs, int seeds, int parallelism) {
        this.jobs = jobs;
        this.seeds = seeds;
        this.threads = Executors.newFixedThreadPool(parallelism);
    }

    /** Returns the figures of one policy in one case. */
    Summary run(Scenario scenario, String policy) throws InterruptedException {
        Simulation.PolicyFactory factory = PolicyCatalog.get(policy);
        List<Future<RunResult>> runs = IntStream.rangeClosed(1, seeds)
                .mapToObj(seed -> threads.submit(() -> Simulation.run(scenario, factory, jobs, seed)))
                .toList();
        List<RunResult> results = new ArrayList<>();
        for (Future<RunResult> run : runs) {
            try {
                results.add(run.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException(
                        "simulation of " + policy + " in case " + scenario.name() + " failed", e.getCause());
            }
        }
        return Summary.of(scenario.name(), policy, results);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
