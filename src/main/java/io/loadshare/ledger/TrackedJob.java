package io.loadshare.ledger;

import io.loadshare.host.HostName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A job that was started on its reservation and is not known to have ended. */
public record TrackedJob(Reservation reservation, Instant startedAt) implements Claim {

    @Override
    public String id() {
        return reservation.id();
    }

    @Override
    public HostName host() {
        return reservation.host();
    }

    @Override
    public String user() {
        return reservation.user();
    }

    @Override
    public int slots() {
        return reservation.slots();
    }

    @Override
    public long memory() {
        return reservation.memory();
    }

    @Override
    public List<String> licenses() {
        return reservation.licenses();
    }

    @Override
    public Optional<JobOrigin> origin() {
        return reservation.origin();
    }

    @Override
    public Instant placedAt() {
        return reservation.placedAt();
    }

    @Override
    public Instant confirmedAt() {
        return startedAt;
    }
}
