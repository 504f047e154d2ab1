package io.loadshare.bench.simulate;

import java.util.random.RandomGenerator;

/** A policy that scores every host and chooses the lowest score, at random among equals. */
abstract class LeastPolicy implements Policy {

    final SimulatedHost[] hosts;
    private final RandomGenerator random;
    private final double interval;

    LeastPolicy(SimulatedHost[] hosts, RandomGenerator random, double interval) {
        this.hosts = hosts;
        this.random = random;
        this.interval = interval;
    }

    /** Returns the score of a host: lower is better; infinite if the host is unsuitable. */
    abstract double score(int host, Job job, double now);

    @Override
    public double interval() {
        return interval;
    }

    @Override
    public int choose(Job job, double now) {
        int best = NONE;
        double least = Double.POSITIVE_INFINITY;
        int equals = 0;
        for (int i = 0; i < hosts.length; i++) {
            double score = score(i, job, now);
            if (score < least) {
                best = i;
                least = score;
                equals = 1;
            } else if (score == least && best != NONE && random.nextInt(++equals) == 0) {
                best = i;
            }
        }
        return best;
    }
}
