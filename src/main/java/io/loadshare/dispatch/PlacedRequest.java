package io.loadshare.dispatch;

import io.loadshare.host.Host;
import io.loadshare.host.Tag;
import io.loadshare.job.ClusterNeeds;
import io.loadshare.job.JobSpec;
import io.loadshare.ledger.Reservation;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import java.util.List;

/**
 * The reserved slot of one job on one host.
 *
 * @param reservation the reservation; its ID is the ID of the job
 * @param request the placement request
 * @param decision why this host was chosen
 * @param recorded whether the ledger contains the reservation; if not, other processes do not know about it
 * @param settled whether the job must stay on this host: it has moved once already, or the host itself has agreed to it
 */
public record PlacedRequest(
        Reservation reservation,
        PlacementRequest request,
        PlacementResult.Placed decision,
        boolean recorded,
        boolean settled) {

    /** Returns this reservation as settled, because its host has agreed to it. */
    public PlacedRequest asSettled() {
        return new PlacedRequest(reservation, request, decision, recorded, true);
    }

    public String id() {
        return reservation.id();
    }

    public Host host() {
        return decision.host();
    }

    /** Returns a job as it is to start here: with the reserved slots, and with what a cluster must know. */
    public JobSpec prepared(JobSpec job) {
        List<String> licenses = request.licenses().stream()
                .flatMap(license -> license.feature().slurm().stream())
                .toList();
        ClusterNeeds needs = new ClusterNeeds(
                request.minMemory(),
                request.minCores(),
                request.tags().stream().map(Tag::value).sorted().toList(),
                licenses,
                request.cluster().nodes());
        return job.withSlots(reservation.slots()).withNeeds(needs);
    }
}
