package io.loadshare.bench.simulate;

import java.util.random.RandomGenerator;

/** Rules of other programs that make jobs wait for a free slot, and the best scheduler of this kind. */
final class SlotPolicies {

    private SlotPolicies() {}

    /** A rule that counts the slots of the jobs that it started on each host. */
    private abstract static class Counting extends LeastPolicy {

        final int[] taken;

        Counting(SimulatedHost[] hosts, RandomGenerator random, double interval) {
            super(hosts, random, interval);
            this.taken = new int[hosts.length];
        }

        @Override
        public void started(Job job, int host, double now) {
            taken[host] += slots(job);
        }

        @Override
        public void ended(Job job, int host, boolean failed, double now) {
            taken[host] -= slots(job);
        }

        /** Returns the slots that the rule counts for a job. */
        int slots(Job job) {
            return job.slots();
        }

        boolean fits(Job job, int host) {
            return taken[host] + slots(job) <= hosts[host].spec().cores();
        }
    }

    /**
     * List scheduling by an oracle: the next job starts when a sound host truly has as many idle cores as the job will
     * use, and enough memory.
     */
    static final class ListScheduler extends LeastPolicy {

        ListScheduler(SimulatedHost[] hosts, RandomGenerator random) {
            super(hosts, random, Double.POSITIVE_INFINITY);
        }

        @Override
        double score(int host, Job job, double now) {
            SimulatedHost candidate = hosts[host];
            Scenario.HostSpec spec = candidate.spec();
            boolean fits =
                    candidate.threads() + job.threads() <= spec.cores() && candidate.memoryAvailable() >= job.memory();
            return fits
                    ? (candidate.threads() + job.threads()) / (spec.cores() * spec.speed())
                    : Double.POSITIVE_INFINITY;
        }
    }

    /**
     * GNU parallel with {@code -j 100%}: as many jobs on a host as it has cores, the first host with room; with {@code
     * --load 100%} also only while fewer threads than cores run there, which it looks up at each start.
     */
    static final class GnuParallel extends Counting {

        private final boolean byLoad;

        GnuParallel(SimulatedHost[] hosts, RandomGenerator random, boolean byLoad) {
            super(hosts, random, Double.POSITIVE_INFINITY);
            this.byLoad = byLoad;
        }

        @Override
        int slots(Job job) {
            return 1;
        }

        @Override
        double score(int host, Job job, double now) {
            boolean busy = byLoad && hosts[host].threads() >= hosts[host].spec().cores();
            return fits(job, host) && !busy ? host : Double.POSITIVE_INFINITY;
        }
    }

    /**
     * Slurm with {@code CR_CPU}: requested CPUs are never given twice, and the fullest host that fits is taken. Jobs are
     * not confined to their CPUs.
     */
    static final class SlurmCpu extends Counting {

        SlurmCpu(SimulatedHost[] hosts, RandomGenerator random) {
            super(hosts, random, Double.POSITIVE_INFINITY);
        }

        @Override
        double score(int host, Job job, double now) {
            return fits(job, host) ? hosts[host].spec().cores() - taken[host] : Double.POSITIVE_INFINITY;
        }
    }

    /**
     * LSF with one job slot per core and the threshold {@code r1m} = cores: a host whose one-minute run queue, exchanged
     * every 15 s, has reached the threshold takes no job; the lowest queue is best.
     */
    static final class LsfThreshold extends Counting {

        private static final double EXCHANGE_INTERVAL = 15;

        private final double[] load;

        LsfThreshold(SimulatedHost[] hosts, RandomGenerator random) {
            super(hosts, random, EXCHANGE_INTERVAL);
            this.load = new double[hosts.length];
        }

        @Override
        public void measure(int host, double now) {
            load[host] = hosts[host].averages().load1();
        }

        @Override
        double score(int host, Job job, double now) {
            boolean closed = load[host] >= hosts[host].spec().cores();
            return fits(job, host) && !closed ? load[host] : Double.POSITIVE_INFINITY;
        }
    }
}
