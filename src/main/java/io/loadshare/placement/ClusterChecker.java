package io.loadshare.placement;

import io.loadshare.Durations;
import io.loadshare.Numbers;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.RequiredLicense;
import java.util.Locale;
import java.util.Optional;

/**
 * Requires a cluster that checks all requirements of the request itself, and, as long as other hosts may run the job soon,
 * one that can start it now.
 *
 * @param alone whether no other host can ever serve the request, so that it waits in the cluster's own queue
 */
record ClusterChecker(PlacementRequest request, boolean alone) implements Checker {

    @Override
    public PendingReason check(Candidate candidate) {
        if (unchecked().isPresent()) {
            return PendingReason.NOT_IN_SLURM;
        }
        boolean mayQueue = alone
                || request.cluster().hasOverflowed(candidate.host().slurm().orElseThrow());
        return mayQueue || canStartNow(candidate) ? null : PendingReason.CLUSTER_BUSY;
    }

    /** Returns the requirement that Slurm does not check. */
    private Optional<String> unchecked() {
        if (request.maxLoad().isPresent()) {
            return Optional.of("Slurm does not consider the load of its nodes; leave out the maximum load");
        }
        return request.licenses().stream()
                .map(RequiredLicense::feature)
                .filter(feature -> feature.slurm().isEmpty())
                .findFirst()
                .map(ClusterChecker::uncounted);
    }

    private static String uncounted(LicenseFeature feature) {
        return "rule '" + feature.rule().name().toLowerCase(Locale.ROOT) + "' of license " + feature.name()
                + " counts hosts, which a Slurm pool does not have; set slurm: NAME of the license, if Slurm counts it";
    }

    private boolean canStartNow(Candidate candidate) {
        return candidate.report().pending() == 0 && Math.max(request.slots(), request.minCores()) <= idle(candidate);
    }

    /** The cores that are neither allocated nor promised to jobs that Slurm did not list yet. */
    private static double idle(Candidate candidate) {
        return candidate.cores() - candidate.external() - candidate.ownLoad();
    }

    @Override
    public String describe(Candidate candidate) {
        Optional<String> unchecked = unchecked();
        if (unchecked.isPresent()) {
            return unchecked.get();
        }
        return Numbers.print(Math.max(0, idle(candidate))) + " of " + Numbers.print(candidate.cores())
                + " cores idle, " + candidate.report().pending() + " jobs pending; the job goes there after "
                + Durations.print(
                        request.cluster().overflow(candidate.host().slurm().orElseThrow()));
    }
}
