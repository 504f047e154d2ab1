package io.loadshare.bench.simulate;

/**
 * The result of one run.
 *
 * @param slowdowns response time divided by size, for each counted job
 * @param meanResponse mean time from submission to end, in seconds
 * @param maxJobs greatest number of jobs on one host at the same time
 * @param meanSeats mean number of (user, host) pairs with a job
 * @param lost number of sound jobs that died on a black hole
 * @param wronglySuspended number of sound hosts that were ever suspended
 */
record RunResult(
        double[] slowdowns, double meanResponse, int maxJobs, double meanSeats, int lost, int wronglySuspended) {

    double meanSlowdown() {
        double sum = 0;
        for (double slowdown : slowdowns) {
            sum += slowdown;
        }
        return sum / slowdowns.length;
    }
}
