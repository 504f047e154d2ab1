package io.loadshare.bench.simulate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * The summary of the runs of one policy in one case, which differ only in their seeds.
 *
 * @param meanSlowdown mean of the runs' mean slowdowns
 * @param ci95 half the width of the 95 % confidence interval of that mean; NaN with a single run
 * @param p95 95th percentile of the slowdown of all jobs (p99 likewise)
 * @param maxJobs greatest number of jobs on one host at the same time
 * @param meanSeats mean number of (user, host) pairs with a job
 * @param meanLost mean number of sound jobs per run that died on a black hole
 * @param wronglySuspended greatest number of sound hosts that were ever suspended in one run
 */
record Summary(
        String scenario,
        String policy,
        double meanSlowdown,
        double ci95,
        double p95,
        double p99,
        int maxJobs,
        double meanSeats,
        double meanLost,
        int wronglySuspended) {

    static Summary of(String scenario, String policy, List<RunResult> runs) {
        double[] means = runs.stream().mapToDouble(RunResult::meanSlowdown).toArray();
        double[] all = runs.stream()
                .flatMapToDouble(run -> Arrays.stream(run.slowdowns()))
                .sorted()
                .toArray();
        return new Summary(
                scenario,
                policy,
                DoubleStream.of(means).average().orElseThrow(),
                halfInterval(means),
                all[(int) (0.95 * (all.length - 1))],
                all[(int) (0.99 * (all.length - 1))],
                runs.stream().mapToInt(RunResult::maxJobs).max().orElseThrow(),
                runs.stream().mapToDouble(RunResult::meanSeats).average().orElseThrow(),
                runs.stream().mapToInt(RunResult::lost).average().orElseThrow(),
                runs.stream().mapToInt(RunResult::wronglySuspended).max().orElseThrow());
    }

    private static double halfInterval(double[] values) {
        int n = values.length;
        if (n < 2) {
            return Double.NaN;
        }
        double mean = DoubleStream.of(values).average().orElseThrow();
        double squares =
                DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).sum();
        double quantile = new TDistribution(null, n - 1).inverseCumulativeProbability(0.975);
        return quantile * Math.sqrt(squares / (n - 1) / n);
    }

    /** Returns the figures by their names in JSON. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("case", scenario);
        json.put("policy", policy);
        json.put("meanSlowdown", meanSlowdown);
        json.put("ci95", Double.isNaN(ci95) ? null : ci95);
        json.put("p95", p95);
        json.put("p99", p99);
        json.put("maxJobs", maxJobs);
        json.put("meanSeats", meanSeats);
        json.put("meanLost", meanLost);
        json.put("wronglySuspended", wronglySuspended);
        return json;
    }
}
