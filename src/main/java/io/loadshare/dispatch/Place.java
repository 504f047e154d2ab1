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
 * @param moved whether it was left for a better one once; that is not done twice
 */
public record Place(
        Reservation reservation,
        PlacementRequest request,
        PlacementResult.Placed decision,
        boolean recorded,
        boolean moved) {

    public String id() {
        return reservation.id();
    }

    public Host host() {
        return decision.host();
    }
}
