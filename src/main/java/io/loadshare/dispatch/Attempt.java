package io.loadshare.dispatch;

import io.loadshare.LoadshareException;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.Ticket;
import io.loadshare.placement.Explanation;
import io.loadshare.placement.PlacementResult;
import java.util.List;

/** The outcome of one attempt to reserve a slot on a host. */
sealed interface Attempt {

    /** A reservation was made. */
    record Reserved(PlacedRequest place) implements Attempt {}

    /** No reservation was made. */
    sealed interface Unplaced extends Attempt {

        /** Returns the reasons, one line each. */
        List<String> reasons();

        /**
         * Returns a value that is equal for two attempts that failed for the same reason, even if the numbers in it
         * differ.
         */
        Object sameness();

        /** Returns the kind of failure to report for a request that does not wait. */
        LoadshareException.Kind kind();
    }

    /** No host is suitable: {@link PlacementResult.NotNow} or {@link PlacementResult.Never}. */
    record Refused(PlacementResult why) implements Unplaced {

        @Override
        public List<String> reasons() {
            Explanation explanation = why.explanation();
            return explanation.candidates().isEmpty() ? List.of("no host is asked for") : explanation.refusals();
        }

        @Override
        public Object sameness() {
            return why.explanation().refused();
        }

        @Override
        public LoadshareException.Kind kind() {
            return why instanceof PlacementResult.NotNow notNow ? notNow.kind() : LoadshareException.Kind.UNAVAILABLE;
        }
    }

    /**
     * A host is suitable, but older waiting requests take it first.
     *
     * @param licensed whether the older requests wait for a license
     */
    record GivesWay(List<Ticket> older, boolean licensed) implements Unplaced {

        private static final int NAMED = 3;

        @Override
        public List<String> reasons() {
            StringBuilder text = new StringBuilder("older requests come first:");
            older.stream().limit(NAMED).forEach(ticket -> text.append(' ')
                    .append(ticket.user())
                    .append(" (")
                    .append(ticket.wants())
                    .append("),"));
            text.setLength(text.length() - 1);
            return List.of(older.size() > NAMED ? text + " and " + (older.size() - NAMED) + " more" : text.toString());
        }

        @Override
        public Object sameness() {
            return GivesWay.class;
        }

        @Override
        public LoadshareException.Kind kind() {
            return licensed ? LoadshareException.Kind.LIMIT : LoadshareException.Kind.UNAVAILABLE;
        }
    }

    /**
     * Somebody withdrew the request while it waited.
     *
     * @param by who
     */
    record Withdrawn(String by) implements Attempt {}

    /** A job on record serves the request, so it starts none. */
    record Served(Claim claim) implements Attempt {}

    /** Other processes held the lock of the ledger. */
    record Locked(String message) implements Unplaced {

        @Override
        public List<String> reasons() {
            return List.of(message);
        }

        @Override
        public Object sameness() {
            return Locked.class;
        }

        @Override
        public LoadshareException.Kind kind() {
            return LoadshareException.Kind.LIMIT;
        }
    }
}
