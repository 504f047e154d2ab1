package io.loadshare.placement;

import io.loadshare.host.Tag;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.ServerUsage;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a job needs.
 *
 * @param wants the request in its own words, for messages and to queue equal requests ({@code pool vnc})
 * @param candidates positions in the inventory of the hosts that may serve, in order of preference
 * @param user login name on the hosts
 * @param slots cores the job will use, at least 1
 * @param tags what the host must offer
 * @param minMemory bytes that must be available; 0 for any
 * @param minCores cores the host must have; 0 for any
 * @param maxLoad one-minute load above which a host will not do
 * @param license the feature the job needs
 * @param server what the feature's license server said, if it has one
 * @param origin who asks and what for; empty if it does not matter, as for a request for one host alone
 * @param seed decides between hosts that are equal in everything else
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
        Optional<LicenseFeature> license,
        Optional<ServerUsage> server,
        Optional<JobOrigin> origin,
        long seed) {

    public PlacementRequest {
        Objects.requireNonNull(wants, "wants");
        candidates = candidates.clone();
        Objects.requireNonNull(user, "user");
        tags = Set.copyOf(tags);
        Objects.requireNonNull(maxLoad, "maxLoad");
        Objects.requireNonNull(license, "license");
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(origin, "origin");
        if (slots < 1) {
            throw new IllegalArgumentException("slots must be ≥ 1, was " + slots);
        }
        if (minMemory < 0) {
            throw new IllegalArgumentException("minimum memory must be ≥ 0, was " + minMemory);
        }
        if (!(minCores >= 0)) {
            throw new IllegalArgumentException("minimum cores must be ≥ 0, was " + minCores);
        }
    }

    /** Any of these hosts, one slot, nothing else asked for. */
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
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                seed);
    }

    public PlacementRequest withSlots(int newSlots) {
        return new PlacementRequest(
                wants, candidates, user, newSlots, tags, minMemory, minCores, maxLoad, license, server, origin, seed);
    }

    public PlacementRequest withLicense(LicenseFeature feature, Optional<ServerUsage> answer) {
        return new PlacementRequest(
                wants, candidates, user, slots, tags, minMemory, minCores, maxLoad, Optional.of(feature), answer, origin, seed);
    }

    /** Whose request it is, unless it is for one host alone: how that fares says more about the job than about the host. */
    public PlacementRequest withOrigin(JobOrigin newOrigin) {
        Optional<JobOrigin> known = candidates.length == 1 ? Optional.empty() : Optional.of(newOrigin);
        return new PlacementRequest(
                wants, candidates, user, slots, tags, minMemory, minCores, maxLoad, license, server, known, seed);
    }

    public PlacementRequest withCandidates(int[] positions) {
        return new PlacementRequest(
                wants, positions, user, slots, tags, minMemory, minCores, maxLoad, license, server, origin, seed);
    }
}
