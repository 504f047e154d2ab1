package io.loadshare.bench.simulate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A simulated site: the hosts, the arriving jobs and their requirements, and the age of reports. */
record Scenario(String name, List<HostSpec> hosts, Arrivals arrivals, Demand demand, Reports reports, Faults faults) {

    static final long GIB = 1L << 30;

    /** The mean job size, in seconds on an idle core of speed 1. */
    static final double MEAN_SIZE = 600;

    static final int USERS = 24;

    /**
     * A host.
     *
     * @param speed of each core
     * @param memory bytes; if its jobs use more, the host swaps and they run at a tenth of the speed
     * @param stalled whether its disk is dead: threads hang there, and jobs run at a tenth of the speed
     */
    record HostSpec(int cores, double speed, long memory, boolean stalled) {

        HostSpec(int cores, double speed, long memory) {
            this(cores, speed, memory, false);
        }

        HostSpec whenStalled() {
            return new HostSpec(cores, speed, memory, true);
        }
    }

    /**
     * The arrivals of jobs.
     *
     * @param load ρ: arriving work per time, divided by the capacity of all cores
     * @param burst jobs submitted at the same moment by the same user
     * @param outside share of the bursts that bypass every dispatcher and start on random hosts
     * @param dispatchers number of dispatchers; each has its own ledger and sees the others' jobs only in reports
     */
    record Arrivals(double load, int burst, double outside, int dispatchers) {}

    /**
     * The requirements of jobs.
     *
     * @param wideShare share of the jobs that use {@code wideSlots} cores; the others use one
     * @param widthHidden whether wide jobs request only one core
     * @param memoryShare share of the jobs that use and request {@code memory} bytes; the others use none
     */
    record Demand(Sizes sizes, double wideShare, int wideSlots, boolean widthHidden, double memoryShare, long memory) {}

    /**
     * The times at which hosts are measured.
     *
     * @param interval seconds between two measurements of a host, which is the maximum age of a report
     * @param staggered whether hosts are measured one after the other; otherwise all at the same moment
     */
    record Reports(double interval, boolean staggered) {}

    /**
     * The simulated faults.
     *
     * @param blackHoles number of hosts, from the first, on which every job fails at once
     * @param brokenShare share of the bursts from an additional user whose jobs fail at once on every host
     */
    record Faults(int blackHoles, double brokenShare) {}

    /** Returns a scenario of equal hosts and single arrivals of one-core jobs, all placed by one dispatcher. */
    static Scenario of(String name, int hosts, int cores, double load, double reportInterval) {
        return new Scenario(
                name,
                Collections.nCopies(hosts, new HostSpec(cores, 1, 64 * GIB)),
                new Arrivals(load, 1, 0, 1),
                new Demand(Sizes.EXPONENTIAL, 0, 1, false, 0, 0),
                new Reports(reportInterval, false),
                new Faults(0, 0));
    }

    Scenario withHosts(List<HostSpec> others) {
        return new Scenario(name, others, arrivals, demand, reports, faults);
    }

    Scenario withBurst(int jobs) {
        return with(new Arrivals(arrivals.load, jobs, arrivals.outside, arrivals.dispatchers));
    }

    Scenario withOutside(double share) {
        return with(new Arrivals(arrivals.load, arrivals.burst, share, arrivals.dispatchers));
    }

    Scenario withDispatchers(int number) {
        return with(new Arrivals(arrivals.load, arrivals.burst, arrivals.outside, number));
    }

    Scenario withSizes(Sizes sizes) {
        return with(new Demand(
                sizes, demand.wideShare, demand.wideSlots, demand.widthHidden, demand.memoryShare, demand.memory));
    }

    Scenario withWideJobs(double share, int slots) {
        return with(new Demand(demand.sizes, share, slots, false, demand.memoryShare, demand.memory));
    }

    /** Lets this share of the jobs use more cores than the one that they request. */
    Scenario withHiddenWidth(double share, int threads) {
        return with(new Demand(demand.sizes, share, threads, true, demand.memoryShare, demand.memory));
    }

    Scenario withStalledHosts(int number) {
        List<HostSpec> changed = new ArrayList<>(hosts);
        for (int i = 0; i < number; i++) {
            changed.set(i, hosts.get(i).whenStalled());
        }
        return withHosts(changed);
    }

    Scenario withMemory(double share, long bytes) {
        return with(new Demand(demand.sizes, demand.wideShare, demand.wideSlots, demand.widthHidden, share, bytes));
    }

    Scenario withStaggeredReports() {
        return new Scenario(name, hosts, arrivals, demand, new Reports(reports.interval, true), faults);
    }

    Scenario withFaults(int blackHoles, double brokenShare) {
        return new Scenario(name, hosts, arrivals, demand, reports, new Faults(blackHoles, brokenShare));
    }

    private Scenario with(Arrivals others) {
        return new Scenario(name, hosts, others, demand, reports, faults);
    }

    private Scenario with(Demand other) {
        return new Scenario(name, hosts, arrivals, other, reports, faults);
    }

    /** Returns the capacity of all hosts that are not stalled, in cores of speed 1. */
    double capacity() {
        return hosts.stream()
                .filter(host -> !host.stalled())
                .mapToDouble(host -> host.cores() * host.speed())
                .sum();
    }

    /** Returns the number of jobs that arrive per second. */
    double arrivalRate() {
        double meanSlots = 1 + demand.wideShare * (demand.wideSlots - 1);
        return arrivals.load * capacity() / (MEAN_SIZE * meanSlots);
    }
}
