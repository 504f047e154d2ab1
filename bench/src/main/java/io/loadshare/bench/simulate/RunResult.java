package io.loadshare.bench.simulate;

/**
 * What one run came to.
 *
 * @param slowdowns response time over size, of each job that was counted
 * @param meanResponse mean time from submission to end, in seconds
 * @param maxJobs most jobs that were ever on one host at the same time
 * @param meanSeats mean number of (user, host) pairs with a job
 * @param lost sound jobs that died on a black hole
 * @param wronglySuspended hosts that were ever suspended although they were sound
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
