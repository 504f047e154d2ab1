package io.loadshare.bench.simulate;

/** The load averages of one host as Linux computes them: exponential means of the run queue, sampled every 5 s. */
final class LoadAverages {

    private static final double SAMPLING_INTERVAL = 5;
    private static final int[] TIME_CONSTANTS = {60, 300, 900};

    private final double[] loads = new double[TIME_CONSTANTS.length];
    private long samples;

    /** Takes the samples up to {@code now}; the run queue was of constant length until then. */
    void advance(double now, int runQueue) {
        long due = (long) (now / SAMPLING_INTERVAL) - samples;
        if (due == 0) {
            return;
        }
        for (int i = 0; i < loads.length; i++) {
            double kept = Math.exp(-due * SAMPLING_INTERVAL / TIME_CONSTANTS[i]);
            loads[i] = runQueue + (loads[i] - runQueue) * kept;
        }
        samples += due;
    }

    double load1() {
        return loads[0];
    }

    double load5() {
        return loads[1];
    }

    double load15() {
        return loads[2];
    }
}
