package io.loadshare.dispatch;

import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.ledger.LedgerBusyException;
import io.loadshare.ledger.Ticket;
import io.loadshare.license.LicenseFeature;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request on its way to a place. It needs no thread of its own: whoever owns it calls {@link #tryNow} at first and
 * whenever {@link #isDue} says so, which may be asked every second, until there is a place or a failure; and
 * {@link #cancel} if it gives up.
 *
 * <p>Life: <i>open</i> until {@code tryNow} gives a place or fails, then <i>closed</i>; a place that is given back opens it
 * again. While it waits it keeps a ticket in the ledger, which it renews. Any thread may call; calls wait for each other.
 */
public final class PendingRequest {

    /** As a shell says that a command could not be run. */
    private static final int NOT_STARTED = 126;

    private final Dispatcher dispatcher;
    private final String id;
    private final WaitPolicy patience;
    private final DispatchListener listener;
    private final Instant askedAt;
    private final HostObservations findings = new HostObservations();
    private final Set<String> warned = new HashSet<>();

    private PlacementRequest request;
    private boolean closed;
    private boolean first = true;
    private int retries;
    private Instant nextRetry;
    private Instant nextRenewal = Instant.MAX;
    private LoadBoard boardTried;
    private long releasesSeen;
    private Object sameness;

    PendingRequest(
            Dispatcher dispatcher,
            String id,
            PlacementRequest request,
            WaitPolicy patience,
            DispatchListener listener) {
        this.dispatcher = dispatcher;
        this.id = id;
        this.request = request;
        this.patience = patience;
        this.listener = listener;
        this.askedAt = dispatcher.now();
        this.nextRetry = askedAt;
    }

    /** Asks for something else from now on, and may be tried at once; its place in the line stays. */
    public synchronized void askFor(PlacementRequest changed) {
        request = changed;
        boardTried = null;
    }

    /** When it must be tried again at the latest. */
    public synchronized Instant nextTry() {
        Instant next = nextRetry.isBefore(nextRenewal) ? nextRetry : nextRenewal;
        Instant end = end();
        return next.isBefore(end) ? next : end;
    }

    private Instant end() {
        return patience.limit().map(askedAt::plus).orElse(Instant.MAX);
    }

    /** Whether to try again: it is time, there is news of the load, or something was given back. */
    public synchronized boolean isDue() {
        return !closed
                && (first
                        || !dispatcher.now().isBefore(nextTry())
                        || dispatcher.load().latest() != boardTried
                        || dispatcher.reservations().view().releases() != releasesSeen);
    }

    /**
     * Tries to reserve a place.
     *
     * @return the place; empty if the request waits
     * @throws LoadshareException if there is no place and the request does not wait (any longer), with the reasons
     * @throws IllegalStateException if it is closed
     */
    public synchronized Optional<PlacedRequest> tryNow() {
        if (closed) {
            throw new IllegalStateException("request " + id + " has its place, or was given up");
        }
        boolean retryIsDue = !dispatcher.now().isBefore(nextRetry);
        PlacementRequest asked = dispatcher.withServerAnswer(request);
        LoadBoard before = dispatcher.load().latest();
        try (LiveRound round = patience.mayScan() && (first || retryIsDue)
                ? dispatcher.askOrScan(asked, findings, first)
                : dispatcher.ask(asked)) {
            boardTried = dispatcher.load().latest();
            if (boardTried != before) {
                listener.step("the hosts were measured");
            }
            releasesSeen = dispatcher.reservations().view().releases();
            Attempt attempt = attempt(asked, round);
            round.steps().forEach(listener::step);
            round.warnings().stream().filter(warned::add).forEach(listener::warn);
            if (attempt instanceof Attempt.Unplaced inVain) {
                waitOrFail(inVain, retryIsDue);
                return Optional.empty();
            }
            closed = true;
            return Optional.of(((Attempt.Reserved) attempt).place());
        }
    }

    /** Reserves the best place, again and again until its host agrees if that is asked. */
    private Attempt attempt(PlacementRequest asked, LiveRound round) {
        Optional<PlacedRequest> refused = Optional.empty();
        while (true) {
            Attempt attempt = reserve(asked, round, refused);
            if (!(attempt instanceof Attempt.Reserved reserved)) {
                return attempt;
            }
            Optional<PlacedRequest> confirmed = round.confirm(reserved.place());
            if (confirmed.isPresent()) {
                return new Attempt.Reserved(confirmed.get());
            }
            refused = Optional.of(reserved.place());
        }
    }

    private Attempt reserve(PlacementRequest asked, LiveRound round, Optional<PlacedRequest> instead) {
        PlacementRequest narrowed = round.narrowed(asked);
        LoadBoard board = findings.over(dispatcher.load().latest(), round.board());
        try {
            return dispatcher.reservations().reserve(id, narrowed, board, round::truth, ticket(), instead);
        } catch (LedgerBusyException e) {
            if (asked.license().isEmpty()) {
                listener.warn(e.getMessage() + "; going on without telling others of the place");
                return dispatcher.reservations().placeUnrecorded(id, narrowed, board, round::truth);
            }
            if (first) {
                closed = true;
                throw e;
            }
            return new Attempt.Locked(e.getMessage());
        }
    }

    private Optional<Ticket> ticket() {
        if (!patience.mayWait()) {
            return Optional.empty();
        }
        Ticket.Needs needs = new Ticket.Needs(
                hostsWithTags(),
                request.slots(),
                request.minMemory(),
                request.minCores(),
                request.maxLoad(),
                request.license().map(LicenseFeature::name));
        return Optional.of(new Ticket(id, request.user(), request.wants(), needs, askedAt, askedAt));
    }

    private List<HostName> hostsWithTags() {
        return Arrays.stream(request.candidates())
                .mapToObj(dispatcher.load().latest().inventory()::at)
                .filter(host -> host.tags().containsAll(request.tags()))
                .map(Host::name)
                .toList();
    }

    private void waitOrFail(Attempt.Unplaced inVain, boolean retryIsDue) {
        boolean never = inVain instanceof Attempt.Refused refused
                && (refused.why() instanceof PlacementResult.Never
                        || refused.why() instanceof PlacementResult.NotNow notNow && notNow.isRefusal());
        Instant now = dispatcher.now();
        if (never || !now.isBefore(end())) {
            close();
            throw failure(inVain, now);
        }
        first = false;
        nextRenewal = now.plus(Ticket.RENEWAL);
        if (retryIsDue) {
            nextRetry = now.plus(dispatcher.backoff().before(++retries));
        }
        if (!inVain.sameness().equals(sameness)) {
            sameness = inVain.sameness();
            listener.waitsFor(inVain.reasons());
        }
    }

    private LoadshareException failure(Attempt.Unplaced inVain, Instant now) {
        Duration waited = Duration.between(askedAt, now);
        return new LoadshareException(
                inVain.kind(),
                "no place for " + request.wants()
                        + (patience.mayWait() && !waited.isZero() ? " after " + Durations.print(waited) : "") + ": "
                        + String.join("; ", inVain.reasons()));
    }

    /**
     * The last look before the job starts: the place is left for the runner-up if its host is now worse than that by more
     * than one slot; once.
     *
     * @param report a fresh one of the place's host
     * @return where to go; empty if neither host will do any more: then the request is open again
     */
    public synchronized Optional<PlacedRequest> lookAgain(PlacedRequest place, LoadReport report) {
        findings.measured(report);
        LoadBoard known = dispatcher.load().latest();
        LoadBoard board = findings.over(known, known);
        try {
            Optional<PlacedRequest> better = dispatcher.reservations().lookAgain(place, board);
            if (better.isEmpty()) {
                reopen();
            }
            return better;
        } catch (LedgerBusyException e) {
            listener.warn(e.getMessage() + "; job " + place.id() + " stays on "
                    + place.host().name());
            return Optional.of(place);
        }
    }

    /**
     * Gives back a place on a host where the job did not start; the request is open again, and does without that host until a
     * scan finds it well.
     *
     * @param why of kind STATE if the host itself refused to start the job, which counts against it
     */
    synchronized void giveBack(PlacedRequest place, LoadshareException why) {
        findings.failed(place.host().name(), why, dispatcher.now());
        reopen();
        if (place.recorded()) {
            boolean failed = why.kind() == LoadshareException.Kind.STATE;
            Optional<LoadshareException> unrecorded = failed
                    ? dispatcher.reservations().end(place.id(), NOT_STARTED, Duration.ZERO)
                    : dispatcher.reservations().retreat(place.id());
            warn(unrecorded, "the place lapses by itself");
        }
    }

    private void reopen() {
        closed = false;
        first = true;
        nextRetry = dispatcher.now();
    }

    /** Gives up, if it has neither a place nor failed. */
    public synchronized void cancel() {
        if (!closed) {
            close();
        }
    }

    private void close() {
        closed = true;
        if (patience.mayWait()) {
            warn(
                    dispatcher.reservations().closeTicket(id),
                    "the request's ticket is void in " + Durations.print(Ticket.VOID_AFTER));
        }
    }

    private void warn(Optional<LoadshareException> failure, String otherwise) {
        failure.ifPresent(e -> listener.warn(e.getMessage() + "; " + otherwise));
    }
}
