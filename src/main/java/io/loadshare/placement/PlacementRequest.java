package io.loadshare.placement;

import io.loadshare.host.Tag;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.license.RequiredLicense;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a job needs.
 *
 * @param wants the requirements as text, for messages and to group equal requests in the queue ({@code pool vnc})
 * @param candidates the positions of the candidate hosts in the inventory, in order of preference
 * @param user login name on the hosts
 * @param slots cores the job will use; 0 for a job that never waits for a free slot, such as a window
 * @param tags the tags that the host must have
 * @param minMemory the memory that must be available, in bytes; 0 for any
 * @param minCores the number of cores the host must have; 0 for any
 * @param maxLoad the highest acceptable one-minute load
 * @param licenses the features the job needs, all of them or none
 * @param origin who asks, and for what; empty if it does not matter, as in a request for one host alone
 * @param seed decides between hosts that are equal in everything else
 * @param cluster on which terms it may go to a cluster among the candidates
 */
public record PlacementRequest(
        String wants,
        int[] candidates,
        String user,
        int slots,
        Set<Tag> tags,
        long minMemory,
        double minCores,
        OptionalDouble maxLoad,
        List<RequiredLicense> licenses,
        Optional<JobOrigin> origin,
        long seed,
        ClusterTerms cluster) {

    public PlacementRequest {
        Objects.requireNonNull(wants, "wants");
        candidates = candidates.clone();
        Objects.requireNonNull(user, "user");
        tags = Set.copyOf(tags);
        Objects.requireNonNull(maxLoad, "maxLoad");
        licenses = List.copyOf(licenses);
        Objects.requireNonNull(origin, "origin");
        if (slots < 0) {
            throw new IllegalArgumentException("slots must be ≥ 0, was " + slots);
        }
        if (minMemory < 0) {
            throw new IllegalArgumentException("minimum memory must be ≥ 0, was " + minMemory);
        }
        if (!(minCores >= 0)) {
            throw new IllegalArgumentException("minimum cores must be ≥ 0, was " + minCores);
        }
    }

    /**
     * Returns what the job adds to the load of its host until a probe has seen it. A job without slots counts as one, or
     * a burst of windows would open on one host.
     */
    public int load() {
        return Math.max(1, slots);
    }

    /** Creates a request for one slot on any of these hosts, without further requirements. */
    public static PlacementRequest of(String wants, int[] candidates, String user, long seed) {
        return new PlacementRequest(
                wants,
                candidates,
                user,
                1,
                Set.of(),
                0,
                0,
                OptionalDouble.empty(),
                List.of(),
                Optional.empty(),
                seed,
                ClusterTerms.DEFAULT);
    }

    /** Returns the names of the features the job needs. */
    public List<String> licenseNames() {
        List<String> names = new ArrayList<>(licenses.size());
        for (RequiredLicense license : licenses) {
            names.add(license.feature().name());
        }
        return names;
    }

    public PlacementRequest withSlots(int newSlots) {
        return new PlacementRequest(
                wants, candidates, user, newSlots, tags, minMemory, minCores, maxLoad, licenses, origin, seed, cluster);
    }

    public PlacementRequest withLicenses(List<RequiredLicense> required) {
        return new PlacementRequest(
                wants, candidates, user, slots, tags, minMemory, minCores, maxLoad, required, origin, seed, cluster);
    }

    /** The origin of the request; absent for one host alone, whose failures are no evidence about the host. */
    public PlacementRequest withOrigin(JobOrigin newOrigin) {
        Optional<JobOrigin> known = candidates.length == 1 ? Optional.empty() : Optional.of(newOrigin);
        return new PlacementRequest(
                wants, candidates, user, slots, tags, minMemory, minCores, maxLoad, licenses, known, seed, cluster);
    }

    public PlacementRequest withCandidates(int[] positions) {
        return new PlacementRequest(
                wants, positions, user, slots, tags, minMemory, minCores, maxLoad, licenses, origin, seed, cluster);
    }

    public PlacementRequest withCluster(ClusterTerms terms) {
        return new PlacementRequest(
                wants, candidates, user, slots, tags, minMemory, minCores, maxLoad, licenses, origin, seed, terms);
    }

    /** Returns the request after it has waited for some time. */
    public PlacementRequest withWaited(Duration time) {
        return withCluster(cluster.withWaited(time));
    }
}
