package io.loadshare.ledger;

import io.loadshare.host.HostName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The reserved slots of a job that has not started yet. */
public record Reservation(
        String id,
        HostName host,
        String user,
        int slots,
        long memory,
        List<String> licenses,
        Optional<JobOrigin> origin,
        Instant placedAt)
        implements Claim {

    /** Creates a reservation for a job that requests no memory and whose origin does not matter. */
    public Reservation(String id, HostName host, String user, int slots, List<String> licenses, Instant placedAt) {
        this(id, host, user, slots, 0, licenses, Optional.empty(), placedAt);
    }

    public Reservation {
        if (!Claim.isId(id)) {
            throw new IllegalArgumentException(
                    "a job ID must be 1 to 64 of a-z, 0-9 and '-' and not begin with '-', was '" + id + "'");
        }
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(user, "user");
        licenses = List.copyOf(licenses);
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(placedAt, "placedAt");
        if (slots < 0) {
            throw new IllegalArgumentException("slots of reservation " + id + " must be ≥ 0, was " + slots);
        }
        if (memory < 0) {
            throw new IllegalArgumentException("memory of reservation " + id + " must be ≥ 0, was " + memory);
        }
    }

    @Override
    public Instant confirmedAt() {
        return placedAt;
    }

    /** Returns the same reservation on another host. */
    public Reservation movedTo(HostName other, Instant at) {
        return new Reservation(id, other, user, slots, memory, licenses, origin, at);
    }
}
