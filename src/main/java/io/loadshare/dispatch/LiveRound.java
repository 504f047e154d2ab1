package io.loadshare.dispatch;

import io.loadshare.ledger.LedgerView;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import java.util.List;
import java.util.Optional;

/** The answers of hosts to the query for one request. For use by one thread; close it once the request is decided. */
public interface LiveRound extends AutoCloseable {

    /** Returns a round without queries: the board holds all that is known. */
    static LiveRound of(LoadBoard board) {
        return new LiveRound() {
            @Override
            public PlacementRequest narrowed(PlacementRequest request) {
                return request;
            }

            @Override
            public LoadBoard board() {
                return board;
            }

            @Override
            public LedgerView truth(LedgerView own) {
                return own;
            }

            @Override
            public Optional<PlacedRequest> confirm(PlacedRequest place) {
                return Optional.of(place);
            }

            @Override
            public List<String> steps() {
                return List.of();
            }

            @Override
            public List<String> warnings() {
                return List.of();
            }

            @Override
            public void close() {}
        };
    }

    /** Returns the request without the hosts that the round excludes. */
    PlacementRequest narrowed(PlacementRequest request);

    /** Returns the load of all hosts: the last scan, overlaid with the answers of this round. */
    LoadBoard board();

    /**
     * Returns the valid reservations: for hosts that answered, those in their answers, plus the entries of our own
     * ledger that these hosts cannot know yet; for other hosts, the entries of our own ledger. Pure and fast.
     */
    LedgerView truth(LedgerView own);

    /**
     * Announces the job to the host of its reservation.
     *
     * @return the reservation, settled if the host has agreed; empty if the host has answered with new figures or not
     *     at all: then {@link #board} and {@link #truth} have changed
     */
    Optional<PlacedRequest> confirm(PlacedRequest place);

    /** Returns the queries and answers, one line each. */
    List<String> steps();

    /** Returns the warnings, one line each. */
    List<String> warnings();

    /** Notifies all other hosts that the job will not run there. */
    @Override
    void close();
}
