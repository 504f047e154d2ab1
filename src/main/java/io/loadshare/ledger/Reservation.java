package io.loadshare.ledger;

import io.loadshare.host.HostName;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** A place that is promised to a job that has not started yet. */
public record Reservation(String id, HostName host, String user, int slots, Optional<String> license, Instant placedAt)
        implements Claim {

    public Reservation {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(license, "license");
        Objects.requireNonNull(placedAt, "placedAt");
        if (slots < 1) {
            throw new IllegalArgumentException("slots of reservation " + id + " must be ≥ 1, was " + slots);
        }
    }
}
