package io.loadshare.ledger;

import io.loadshare.host.HostName;
import java.time.Duration;
import java.time.Instant;

/** One fact appended to the ledger. Folding all records in order gives the {@link LedgerView}. */
public sealed interface LedgerRecord {

    /** When it happened, by the writer's clock. */
    Instant at();

    /** A place was promised. */
    record Reserved(Reservation reservation) implements LedgerRecord {
        @Override
        public Instant at() {
            return reservation.placedAt();
        }
    }

    /** The promised job was started. */
    record Started(String id, Instant at) implements LedgerRecord {}

    /** The promise was given back before the job started. */
    record Retreated(String id, Instant at) implements LedgerRecord {}

    /**
     * The job ended, or is gone.
     *
     * @param status exit status, or a negative number if it is not known
     * @param ran how long it ran
     */
    record Ended(String id, int status, Duration ran, Instant at) implements LedgerRecord {}

    /** A request began to wait. */
    record TicketOpened(Ticket ticket) implements LedgerRecord {
        @Override
        public Instant at() {
            return ticket.openedAt();
        }
    }

    /**
     * A waiting request still waits.
     *
     * @param refused whether its owner has just found that nothing will do; if not, it gives way to older requests
     */
    record TicketRenewed(String id, boolean refused, Instant at) implements LedgerRecord {}

    /** A request waits no more: it was served or given up. */
    record TicketClosed(String id, Instant at) implements LedgerRecord {}

    /** Whether it may let a waiting request go on. */
    default boolean releases() {
        return this instanceof Ended || this instanceof Retreated || this instanceof TicketClosed;
    }

    /** Totals of a host that outlive the records they were counted from; written when the ledger is compacted. */
    record Counted(HostName host, int completed, Instant at) implements LedgerRecord {}
}
