package io.loadshare.dispatch;

import io.loadshare.ledger.LedgerView;
import java.time.Duration;
import java.time.Instant;

/**
 * The turn of one waiting request: the older requests that come first, and how many of them have missed their turn and
 * are passed over. Not thread-safe.
 */
final class QueueTurn {

    /** How often a waiting request checks whether something was released. One check reads the attributes of one file. */
    static final Duration LOOK = Duration.ofSeconds(1);

    /** The check of a request far behind in the queue. */
    private static final Duration RAREST_LOOK = Duration.ofSeconds(3);

    /** The number of requests in the queue after which the next ones check less often. */
    private static final int FRONT = 25;

    private final String ticketId;
    private Instant since;
    private boolean givesWay;
    private long releasesSeen;
    private long passedOver;
    private long ahead;

    QueueTurn(String ticketId, Instant now) {
        this.ticketId = ticketId;
        this.since = now;
    }

    /**
     * Looks at the queue before a try. The turns of older requests begin when there is something to take.
     *
     * @param time how long an older request has for its turn
     * @param first whether the request has not been tried yet
     */
    void look(LedgerView view, Instant now, Duration time, boolean first) {
        if (first || !givesWay || isReleased(view)) {
            releasesSeen = view.releases();
            since = now;
        }
        passedOver = Duration.between(since, now).dividedBy(time);
        ahead = view.tickets().stream()
                .takeWhile(ticket -> !ticket.id().equals(ticketId))
                .count();
    }

    /** @param way whether the request waits only because older requests come first */
    void givesWay(boolean way) {
        givesWay = way;
    }

    /** Returns whether the request gives way to others whose turn has just begun; that need not be reported. */
    boolean isPassing() {
        return givesWay && passedOver == 0;
    }

    /** Returns whether something was released since the last look. */
    boolean isReleased(LedgerView view) {
        return view.releases() != releasesSeen;
    }

    /** Returns how many older requests to pass over. */
    long passedOver() {
        return passedOver;
    }

    /** Returns when one more older request has missed its turn. */
    Instant nextPassing(Duration time) {
        return givesWay && passedOver < ahead ? since.plus(time.multipliedBy(passedOver + 1)) : Instant.MAX;
    }

    /** Returns the time between two checks for releases, which is longer far behind in the queue. */
    Duration pause() {
        return LOOK.multipliedBy(1 + Math.min(ahead / FRONT, RAREST_LOOK.dividedBy(LOOK) - 1));
    }
}
