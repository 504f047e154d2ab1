package io.loadshare.ledger;

import io.loadshare.host.HostName;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** An event in the ledger. Folding all records in order gives the {@link LedgerView}. */
public sealed interface LedgerRecord {

    /** When it happened, by the writer's clock. */
    Instant at();

    /** Calls the visitor's method for this kind of record. */
    void accept(Visitor visitor);

    /** Handles every kind of record: without one of the methods, a visitor does not compile. */
    interface Visitor {

        void visit(Reserved record);

        void visit(Started record);

        void visit(Retreated record);

        void visit(Ended record);

        void visit(TicketOpened record);

        void visit(TicketRenewed record);

        void visit(TicketClosed record);

        void visit(Counted record);
    }

    /** Slots were reserved. */
    record Reserved(Reservation reservation) implements LedgerRecord {
        @Override
        public void accept(Visitor visitor) {
            visitor.visit(this);
        }

        @Override
        public Instant at() {
            return reservation.placedAt();
        }
    }

    /** The job was started on its reservation. */
    record Started(String id, Instant at) implements LedgerRecord {
        @Override
        public void accept(Visitor visitor) {
            visitor.visit(this);
        }
    }

    /** The reservation was withdrawn before the job started. */
    record Retreated(String id, Instant at) implements LedgerRecord {
        @Override
        public void accept(Visitor visitor) {
            visitor.visit(this);
        }
    }

    /**
     * The job ended, or is gone.
     *
     * @param status exit status, or a negative number if it is unknown
     * @param ran how long it ran
     */
    record Ended(String id, int status, Duration ran, Instant at) implements LedgerRecord {
        @Override
        public void accept(Visitor visitor) {
            visitor.visit(this);
        }
    }

    /** A request started to wait. */
    record TicketOpened(Ticket ticket) implements LedgerRecord {
        @Override
        public void accept(Visitor visitor) {
            visitor.visit(this);
        }

        @Override
        public Instant at() {
            return ticket.openedAt();
        }
    }

    /**
     * A waiting request still waits.
     *
     * @param refused whether its owner has just found no suitable host; otherwise it is waiting for older requests
     * @param reason why it waits, on one line; empty if that has not changed
     * @param nextTry when its owner tries again at the latest
     */
    record TicketRenewed(String id, boolean refused, Optional<String> reason, Optional<Instant> nextTry, Instant at)
            implements LedgerRecord {
        @Override
        public void accept(Visitor visitor) {
            visitor.visit(this);
        }

        /** Creates a record of a request that waits for the same reason as before. */
        public TicketRenewed(String id, boolean refused, Instant at) {
            this(id, refused, Optional.empty(), Optional.empty(), at);
        }
    }

    /**
     * A request stopped waiting: it was served or withdrawn.
     *
     * @param by who withdrew it; empty if its owner closed it
     */
    record TicketClosed(String id, Optional<String> by, Instant at) implements LedgerRecord {
        @Override
        public void accept(Visitor visitor) {
            visitor.visit(this);
        }

        /** Creates a record of a request that its owner closed. */
        public TicketClosed(String id, Instant at) {
            this(id, Optional.empty(), at);
        }
    }

    /** Returns whether the event may allow a waiting request to proceed. */
    default boolean releases() {
        return this instanceof Ended || this instanceof Retreated || this instanceof TicketClosed;
    }

    /** Totals of a host, which replace the records they were counted from when the ledger is compacted. */
    record Counted(HostName host, int completed, Instant at) implements LedgerRecord {
        @Override
        public void accept(Visitor visitor) {
            visitor.visit(this);
        }
    }
}
