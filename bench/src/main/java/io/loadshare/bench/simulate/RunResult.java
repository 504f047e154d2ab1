package io.loadshare.bench.simulate;

/**
 * What one run came to.
 *
 * @param slowdowns response time over size, of each job that was counted
 * @param meanResponse mean time from submission to end, in seconds
 * @param maxJobs most jobs that were ever on one host at the same time
 * @param meanSeats mean number of (user, host) pairs with a job
 */
record RunResult(double[] slowdowns, double meanResponse, int maxJobs, double meanSeats) {

    double meanSlowdown() {
        double sum = 0;
        for (double slowdown : slowdowns) {
            sum += slowdown;
        }
        return sum / slowdowns.length;
    }
}
