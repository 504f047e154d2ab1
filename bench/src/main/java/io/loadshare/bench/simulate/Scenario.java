package io.loadshare.bench.simulate;

import io.loadshare.license.LicenseFeature;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What is simulated: the hosts, the jobs that arrive, and how old the reports get.
 *
 * @param load ρ: work that arrives per time, over what all cores can do
 * @param meanSize mean size of the jobs, in seconds
 * @param burst jobs submitted at the same moment by the same user
 * @param outside share of the jobs that are started past every dispatcher, on hosts chosen at random
 * @param reportInterval seconds between two measurements of a host, so the greatest age of a report
 * @param staggered whether hosts are measured one after the other; otherwise all at the same moment
 * @param dispatchers dispatchers with a ledger each, which know of each other's jobs by reports alone
 * @param wideShare share of the jobs that use {@code wideSlots} cores; the others use one
 * @param memoryShare share of the jobs that use {@code memory} bytes and ask for them; the others use none
 * @param license the feature every job needs
 */
record Scenario(
        String name,
        List<HostSpec> hosts,
        double load,
        double meanSize,
        Sizes sizes,
        int burst,
        double outside,
        double reportInterval,
        boolean staggered,
        int users,
        int dispatchers,
        double wideShare,
        int wideSlots,
        double memoryShare,
        long memory,
        Optional<LicenseFeature> license) {

    /**
     * A host.
     *
     * @param speed of each core
     * @param memory bytes; if its jobs use more, they slow down to a tenth, since the host swaps
     */
    record HostSpec(int cores, double speed, long memory) {}

    static final long GIB = 1L << 30;

    /** Equal hosts, single arrivals of one-core jobs of 600 s, all placed by one dispatcher. */
    static Scenario of(String name, int hosts, int cores, double load, double reportInterval) {
        return new Scenario(
                name,
                Collections.nCopies(hosts, new HostSpec(cores, 1, 64 * GIB)),
                load,
                600,
                Sizes.EXPONENTIAL,
                1,
                0,
                reportInterval,
                false,
                24,
                1,
                0,
                1,
                0,
                0,
                Optional.empty());
    }

    Scenario withHosts(List<HostSpec> newHosts) {
        return new Scenario(
                name,
                newHosts,
                load,
                meanSize,
                sizes,
                burst,
                outside,
                reportInterval,
                staggered,
                users,
                dispatchers,
                wideShare,
                wideSlots,
                memoryShare,
                memory,
                license);
    }

    Scenario withSizes(Sizes newSizes) {
        return new Scenario(
                name,
                hosts,
                load,
                meanSize,
                newSizes,
                burst,
                outside,
                reportInterval,
                staggered,
                users,
                dispatchers,
                wideShare,
                wideSlots,
                memoryShare,
                memory,
                license);
    }

    Scenario withBurst(int jobs) {
        return new Scenario(
                name,
                hosts,
                load,
                meanSize,
                sizes,
                jobs,
                outside,
                reportInterval,
                staggered,
                users,
                dispatchers,
                wideShare,
                wideSlots,
                memoryShare,
                memory,
                license);
    }

    Scenario withOutside(double share) {
        return new Scenario(
                name,
                hosts,
                load,
                meanSize,
                sizes,
                burst,
                share,
                reportInterval,
                staggered,
                users,
                dispatchers,
                wideShare,
                wideSlots,
                memoryShare,
                memory,
                license);
    }

    Scenario withStaggeredReports() {
        return new Scenario(
                name,
                hosts,
                load,
                meanSize,
                sizes,
                burst,
                outside,
                reportInterval,
                true,
                users,
                dispatchers,
                wideShare,
                wideSlots,
                memoryShare,
                memory,
                license);
    }

    Scenario withDispatchers(int number) {
        return new Scenario(
                name,
                hosts,
                load,
                meanSize,
                sizes,
                burst,
                outside,
                reportInterval,
                staggered,
                users,
                number,
                wideShare,
                wideSlots,
                memoryShare,
                memory,
                license);
    }

    Scenario withWideJobs(double share, int slots) {
        return new Scenario(
                name,
                hosts,
                load,
                meanSize,
                sizes,
                burst,
                outside,
                reportInterval,
                staggered,
                users,
                dispatchers,
                share,
                slots,
                memoryShare,
                memory,
                license);
    }

    Scenario withMemory(double share, long bytes) {
        return new Scenario(
                name,
                hosts,
                load,
                meanSize,
                sizes,
                burst,
                outside,
                reportInterval,
                staggered,
                users,
                dispatchers,
                wideShare,
                wideSlots,
                share,
                bytes,
                license);
    }

    Scenario withLicense(LicenseFeature feature) {
        return new Scenario(
                name,
                hosts,
                load,
                meanSize,
                sizes,
                burst,
                outside,
                reportInterval,
                staggered,
                users,
                dispatchers,
                wideShare,
                wideSlots,
                memoryShare,
                memory,
                Optional.of(feature));
    }

    /** What all hosts can do, in cores of speed 1. */
    double capacity() {
        return hosts.stream().mapToDouble(host -> host.cores() * host.speed()).sum();
    }

    /** Jobs that arrive in a second. */
    double arrivalRate() {
        double meanSlots = 1 + wideShare * (wideSlots - 1);
        return load * capacity() / (meanSize * meanSlots);
    }
}
