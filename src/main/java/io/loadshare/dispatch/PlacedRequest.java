package io.loadshare.dispatch;

import io.loadshare.host.Host;
import io.loadshare.ledger.Reservation;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;

/**
 * A place that a job got.
 *
 * @param reservation what was promised; its id is the job's
 * @param request what was asked for
 * @param decision why it is this host
 * @param recorded whether the promise stands in the ledger; if not, nobody else knows of it
 * @param settled whether it is not to be left for a better one: that was done once, or the host itself has agreed to it
 */
public record PlacedRequest(
        Reservation reservation,
        PlacementRequest request,
        PlacementResult.Placed decision,
        boolean recorded,
        boolean settled) {

    /** The same place, agreed to by its host. */
    public PlacedRequest asSettled() {
        return new PlacedRequest(reservation, request, decision, recorded, true);
    }

    public String id() {
        return reservation.id();
    }

    public Host host() {
        return decision.host();
    }
}
