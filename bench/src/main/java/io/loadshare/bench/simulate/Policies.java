package io.loadshare.bench.simulate;

import java.util.random.RandomGenerator;

/** Reference policies that are not products: the best and worst achievable, and those of the literature. */
final class Policies {

    private Policies() {}

    /**
     * The host with truly the fewest threads per core, including the job's own, among hosts with enough free memory.
     */
    static final class Oracle extends LeastPolicy {

        Oracle(SimulatedHost[] hosts, RandomGenerator random) {
            super(hosts, random, Double.POSITIVE_INFINITY);
        }

        @Override
        double score(int host, Job job, double now) {
            SimulatedHost candidate = hosts[host];
            if (candidate.memoryAvailable() < job.memory()) {
                return Double.POSITIVE_INFINITY;
            }
            Scenario.HostSpec spec = candidate.spec();
            return (candidate.threads() + job.threads()) / (spec.cores() * spec.speed());
        }
    }

    /** Any host, with equal probability. */
    record Random(SimulatedHost[] hosts, RandomGenerator random) implements Policy {

        @Override
        public double interval() {
            return Double.POSITIVE_INFINITY;
        }

        @Override
        public int choose(Job job, double now) {
            return random.nextInt(hosts.length);
        }
    }

    /** The less loaded of two random hosts, by an index at its last measurement. */
    static final class TwoChoices implements Policy {

        private final SimulatedHost[] hosts;
        private final RandomGenerator random;
        private final LoadIndex index;
        private final double interval;
        private final double[] stored;

        /** @param interval the time between measurements; 0 to measure the hosts at each choice */
        TwoChoices(SimulatedHost[] hosts, RandomGenerator random, LoadIndex index, double interval) {
            this.hosts = hosts;
            this.random = random;
            this.index = index;
            this.interval = interval;
            this.stored = new double[hosts.length];
        }

        @Override
        public double interval() {
            return interval > 0 ? interval : Double.POSITIVE_INFINITY;
        }

        @Override
        public void measure(int host, double now) {
            stored[host] = index.of(hosts[host]);
        }

        @Override
        public int choose(Job job, double now) {
            int first = random.nextInt(hosts.length);
            int second = (first + 1 + random.nextInt(hosts.length - 1)) % hosts.length;
            return known(first, now) <= known(second, now) ? first : second;
        }

        private double known(int host, double now) {
            if (interval == 0) {
                hosts[host].advance(now);
                measure(host, now);
            }
            return stored[host];
        }
    }

    /** The host with the lowest stored index. */
    static final class LeastStored extends LeastPolicy {

        private final LoadIndex index;
        private final double[] stored;

        LeastStored(SimulatedHost[] hosts, RandomGenerator random, LoadIndex index, double interval) {
            super(hosts, random, interval);
            this.index = index;
            this.stored = new double[hosts.length];
        }

        @Override
        public void measure(int host, double now) {
            stored[host] = index.of(hosts[host]);
        }

        @Override
        double score(int host, Job job, double now) {
            return stored[host];
        }
    }

    /**
     * The host with the shortest stored run queue plus the threads placed there since. It notices job ends only in the
     * next report.
     */
    static final class OwnSince extends LeastPolicy {

        private final double[] known;

        OwnSince(SimulatedHost[] hosts, RandomGenerator random, double interval) {
            super(hosts, random, interval);
            this.known = new double[hosts.length];
        }

        @Override
        public void measure(int host, double now) {
            known[host] = hosts[host].threads();
        }

        @Override
        double score(int host, Job job, double now) {
            return known[host] / hosts[host].spec().cores();
        }

        @Override
        public void started(Job job, int host, double now) {
            known[host] += job.slots();
        }
    }

    /**
     * Basic LI of M. Dahlin, "Interpreting Stale Load Information" (1999): hosts are drawn with such probabilities that
     * the arrivals expected between two measurements fill the lowest hosts up to one level.
     */
    static final class BasicLi implements Policy {

        private final SimulatedHost[] hosts;
        private final RandomGenerator random;
        private final LoadIndex index;
        private final double interval;
        private final double expectedArrivals;
        private final double[] stored;
        private boolean outdated = true;
        private double level;

        BasicLi(SimulatedHost[] hosts, RandomGenerator random, LoadIndex index, Scenario scenario) {
            this.hosts = hosts;
            this.random = random;
            this.index = index;
            this.interval = scenario.reports().interval();
            this.expectedArrivals = scenario.arrivalRate() * interval;
            this.stored = new double[hosts.length];
        }

        @Override
        public double interval() {
            return interval;
        }

        @Override
        public void measure(int host, double now) {
            stored[host] = index.of(hosts[host]);
            outdated = true;
        }

        @Override
        public int choose(Job job, double now) {
            if (outdated) {
                level = level();
                outdated = false;
            }
            double drawn = random.nextDouble() * expectedArrivals;
            int last = 0;
            for (int i = 0; i < hosts.length; i++) {
                if (stored[i] < level) {
                    drawn -= level - stored[i];
                    last = i;
                }
                if (drawn < 0) {
                    return i;
                }
            }
            return last;
        }

        /** Returns the level to which the expected arrivals fill the hosts: Σ max(0, level − stored) = arrivals. */
        private double level() {
            double[] sorted = stored.clone();
            java.util.Arrays.sort(sorted);
            double sum = 0;
            for (int filled = 1; filled <= sorted.length; filled++) {
                sum += sorted[filled - 1];
                double reached = (sum + expectedArrivals) / filled;
                if (filled == sorted.length || reached <= sorted[filled]) {
                    return reached;
                }
            }
            throw new IllegalStateException("no hosts");
        }
    }
}
