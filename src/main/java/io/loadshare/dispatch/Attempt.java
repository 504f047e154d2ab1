package io.loadshare.dispatch;

import io.loadshare.LoadshareException;
import io.loadshare.ledger.Ticket;
import io.loadshare.placement.Explanation;
import io.loadshare.placement.PlacementResult;
import java.util.List;

/** What came of one attempt to reserve a place. */
sealed interface Attempt {

    /** A place is reserved. */
    record Reserved(PlacedRequest place) implements Attempt {}

    /** No host is suitable, or not now. */
    sealed interface Unplaced extends Attempt {

        /** Why, one line a reason. */
        List<String> reasons();

        /** Equal for two attempts that failed for the same reason, though the numbers in it differ. */
        Object sameness();

        /** The kind of failure this is for a request that does not wait. */
        LoadshareException.Kind kind();
    }

    /** No host will do: {@link PlacementResult.NotNow} or {@link PlacementResult.Never}. */
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
     * A host would do, but older requests that wait for the same will take it.
     *
     * @param licensed whether it is a license that they wait for
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

    /** The ledger was locked by others. */
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
