package io.loadshare.testing;

import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Ledger records for tests, in short. */
public final class LedgerRecords {

    private LedgerRecords() {}

    public static Reservation reservation(String id, String host, String user, Instant at) {
        return new Reservation(id, new HostName(host), user, 1, List.of(), at);
    }

    /** A place for a job of an origin. */
    public static Reservation reservation(String id, String host, JobOrigin origin, Instant at) {
        return new Reservation(id, new HostName(host), origin.owner(), 1, 0, List.of(), Optional.of(origin), at);
    }

    public static LedgerRecord reserved(String id, String host, Instant at) {
        return new LedgerRecord.Reserved(reservation(id, host, "alice", at));
    }

    public static LedgerRecord reserved(String id, String host, String user, String license, Instant at) {
        return new LedgerRecord.Reserved(new Reservation(id, new HostName(host), user, 1, List.of(license), at));
    }

    public static LedgerRecord started(String id, Instant at) {
        return new LedgerRecord.Started(id, at);
    }

    public static LedgerRecord retreated(String id, Instant at) {
        return new LedgerRecord.Retreated(id, at);
    }

    public static LedgerRecord ended(String id, Instant at) {
        return new LedgerRecord.Ended(id, 0, Duration.ofSeconds(1), at);
    }

    public static Ticket ticket(String id, String user, String hosts, Instant at) {
        Ticket.Needs needs = new Ticket.Needs(HostSet.parse(hosts), 1, 0, 0, OptionalDouble.empty(), List.of());
        return new Ticket(id, user, "hosts " + hosts, needs, at, at);
    }
}
