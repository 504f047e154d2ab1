package io.loadshare.bench.simulate;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.random.RandomGenerator;

/**
 * The placement rules of other programs, reduced to their formulas and constants. Each follows the program's manual or
 * source as cited. Features without a counterpart here (users, free disk space, queues) are left out.
 */
final class Products {

    private Products() {}

    /**
     * The rule of LSF's load information manager, with the constants of OpenLava's {@code lim.policy.c} and {@code
     * lim.rload.c}: the one-minute run queue per core, exchanged every 15 s. A placement adds 0.4 at once and at the
     * next exchange, half of it at the one after that; a fifth of all this if the host had another placement less than
     * 30 s before, whose extra load it then replaces.
     */
    static final class LsfLim extends LeastPolicy {

        private static final double EXCHANGE_INTERVAL = 15;
        private static final int KEPT_EXCHANGES = 2;
        private static final double EXTRA_LOAD = 0.4;
        private static final double REPEATED = 0.2;

        private final double[] load;
        private final double[] extra;
        private final int[] exchangesLeft;
        private final double[] placed;

        LsfLim(SimulatedHost[] hosts, RandomGenerator random) {
            super(hosts, random, EXCHANGE_INTERVAL);
            this.load = new double[hosts.length];
            this.extra = new double[hosts.length];
            this.exchangesLeft = new int[hosts.length];
            this.placed = new double[hosts.length];
            Arrays.fill(placed, Double.NEGATIVE_INFINITY);
        }

        @Override
        public void measure(int host, double now) {
            double kept = extra[host] * exchangesLeft[host] / KEPT_EXCHANGES;
            load[host] = hosts[host].averages().load1() + kept;
            exchangesLeft[host] = Math.max(0, exchangesLeft[host] - 1);
        }

        @Override
        double score(int host, Job job, double now) {
            return load[host] / hosts[host].spec().cores();
        }

        @Override
        public void started(Job job, int host, double now) {
            boolean repeated = now < placed[host] + KEPT_EXCHANGES * EXCHANGE_INTERVAL;
            extra[host] = EXTRA_LOAD * (repeated ? REPEATED : 1);
            exchangesLeft[host] = KEPT_EXCHANGES;
            load[host] += extra[host];
            placed[host] = now;
        }
    }

    /**
     * The rule of Grid Engine in its installer's normal profile: np_load_avg (five-minute load per core), reported
     * every 40 s, plus 0.50 per core for each slot started, which decays linearly to nothing in 7.5 minutes ({@code
     * sched_conf(5)}, {@code sge_complex_schedd.c}). Slots are not limited here.
     */
    static final class GridEngine extends LeastPolicy {

        private static final double REPORT_INTERVAL = 40;
        private static final double ADJUSTMENT = 0.50;
        private static final double DECAY_TIME = 450;

        private final double[] load;
        private final Deque<double[]>[] starts;

        @SuppressWarnings({"unchecked", "rawtypes"})
        GridEngine(SimulatedHost[] hosts, RandomGenerator random) {
            super(hosts, random, REPORT_INTERVAL);
            this.load = new double[hosts.length];
            this.starts = new Deque[hosts.length];
            Arrays.setAll(starts, i -> new ArrayDeque<>());
        }

        @Override
        public void measure(int host, double now) {
            load[host] = hosts[host].averages().load5();
        }

        @Override
        double score(int host, Job job, double now) {
            double adjusted = load[host];
            while (!starts[host].isEmpty() && starts[host].peek()[0] < now - DECAY_TIME) {
                starts[host].remove();
            }
            for (double[] start : starts[host]) {
                adjusted += ADJUSTMENT * start[1] * (1 - (now - start[0]) / DECAY_TIME);
            }
            return adjusted / hosts[host].spec().cores();
        }

        @Override
        public void started(Job job, int host, double now) {
            starts[host].add(new double[] {now, job.slots()});
        }
    }

    /**
     * The rule of lbcd 3.5 with its default weight: 300 × one-minute load as polled, plus an increment of 200 per job
     * sent since ({@code server/load.c}). The number of logged-in users is 0.
     */
    static final class Lbcd extends LeastPolicy {

        private static final double LOAD_WEIGHT = 300;
        private static final double INCREMENT = 200;

        private final double[] weight;

        Lbcd(SimulatedHost[] hosts, RandomGenerator random, double interval) {
            super(hosts, random, interval);
            this.weight = new double[hosts.length];
        }

        @Override
        public void measure(int host, double now) {
            weight[host] = LOAD_WEIGHT * hosts[host].averages().load1();
        }

        @Override
        double score(int host, Job job, double now) {
            return weight[host];
        }

        @Override
        public void started(Job job, int host, double now) {
            weight[host] += INCREMENT;
        }
    }

    /**
     * The rule of X2Go's load checker: memory × cores × speed / (sum of the three load averages), as measured, shared
     * by the sessions on the host, the new one included, whose number is known when choosing.
     */
    static final class X2Go extends LeastPolicy {

        private static final double LEAST_LOAD = 0.01;

        private final double[] strength;
        private final int[] sessions;

        X2Go(SimulatedHost[] hosts, RandomGenerator random, double interval) {
            super(hosts, random, interval);
            this.strength = new double[hosts.length];
            this.sessions = new int[hosts.length];
        }

        @Override
        public void measure(int host, double now) {
            LoadAverages averages = hosts[host].averages();
            double loads = Math.max(LEAST_LOAD, averages.load1() + averages.load5() + averages.load15());
            Scenario.HostSpec spec = hosts[host].spec();
            strength[host] = hosts[host].memoryAvailable() * (double) spec.cores() * spec.speed() / loads;
        }

        @Override
        double score(int host, Job job, double now) {
            return -strength[host] / (sessions[host] + 1);
        }

        @Override
        public void started(Job job, int host, double now) {
            sessions[host]++;
        }

        @Override
        public void ended(Job job, int host, boolean failed, double now) {
            sessions[host]--;
        }
    }
}
