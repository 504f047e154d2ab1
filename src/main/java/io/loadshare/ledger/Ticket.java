package io.loadshare.ledger;

import java.time.Instant;
import java.util.Objects;

/**
 * A request that waits for a place; tickets that want the same thing are served oldest first.
 *
 * @param wants what it waits for, in the request's words ({@code pool vnc, license matlab}); equal texts queue up
 * @param renewedAt when its owner last showed that it still waits; a ticket not renewed in time is void
 */
public record Ticket(String id, String user, String wants, Instant openedAt, Instant renewedAt) {

    public Ticket {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(wants, "wants");
        Objects.requireNonNull(openedAt, "openedAt");
        Objects.requireNonNull(renewedAt, "renewedAt");
    }
}
