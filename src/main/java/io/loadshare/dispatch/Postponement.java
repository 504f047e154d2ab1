package io.loadshare.dispatch;

import io.loadshare.ledger.Ticket;
import io.loadshare.placement.PlacementRequest;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The delay of a request that is not tried before a time. Until then it is visible in the queue, but its ticket requires
 * no host and no license, so it takes nothing from others.
 *
 * @param until the time of the first try
 * @param reason why, for the queue
 */
public record Postponement(Instant until, String reason) {

    Ticket ticket(String id, PlacementRequest request, Instant now) {
        Ticket.Needs none = new Ticket.Needs(List.of(), request.slots(), 0, 0, OptionalDouble.empty(), List.of());
        return new Ticket(id, request.user(), request.wants(), none, now, now).withNextTry(until);
    }
}
