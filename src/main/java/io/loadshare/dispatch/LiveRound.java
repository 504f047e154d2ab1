package io.loadshare.dispatch;

import io.loadshare.ledger.LedgerView;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import java.util.List;
import java.util.Optional;

/** What hosts answered when they were asked for one request. For one thread; to be closed when it has been decided. */
public interface LiveRound extends AutoCloseable {

    /** Nobody was asked; what a board says is all that is known. */
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

    /** The request without the hosts that were left out of the round. */
    PlacementRequest narrowed(PlacementRequest request);

    /** What is known of all hosts: the last scan, and what was answered over it. */
    LoadBoard board();

    /**
     * What is promised: by those who answered what they said, and of our own ledger only what they cannot know yet; of
     * others our own ledger. Pure and quick.
     */
    LedgerView truth(LedgerView own);

    /**
     * Tells the host of a place that the job will come.
     *
     * @return the place, settled if the host has agreed; empty if it has told new figures instead, or nothing: then
     *     {@link #board} and {@link #truth} have changed
     */
    Optional<PlacedRequest> confirm(PlacedRequest place);

    /** What was asked and answered, in one line each. */
    List<String> steps();

    /** What somebody should know, in one line each. */
    List<String> warnings();

    /** Tells all other hosts that the job will not come. */
    @Override
    void close();
}
