package io.loadshare.dispatch;

import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.job.RejectedJobException;
import io.loadshare.ledger.LedgerBusyException;
import io.loadshare.ledger.Ticket;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A request that waits for a reservation. It has no thread of its own: its owner calls {@link #tryNow} at first and
 * whenever {@link #isDue} returns true (a check at {@link #nextLook} is cheap), until there is a reservation or a
 * failure. To give up, the owner calls {@link #cancel}.
 *
 * <p>States: <i>open</i> until {@code tryNow} returns a reservation or fails, then <i>closed</i>. Giving a reservation
 * back opens the request again. While the request waits, it keeps a ticket in the ledger, and renews it at each retry.
 * Hundreds of requests may wait on one ledger: when something is released, only the one whose turn it is writes to it.
 * This class is thread-safe; concurrent calls run one after the other.
 */
public final class PendingRequest {

    /** How often a waiting request checks for new load reports, which reads the attributes of several files. */
    static final Duration BOARD_LOOK = Duration.ofSeconds(5);

    /** How often to try again for what the ledger does not announce: a seat of a license server, a slot of an agent. */
    private static final Duration ASK = Duration.ofSeconds(30);

    /** The exit status that a shell reports for a command that cannot run. */
    private static final OptionalInt NOT_STARTED = OptionalInt.of(126);

    private final Dispatcher dispatcher;
    private final JobKind kind;
    private final String id;
    private final WaitPolicy waitPolicy;
    private final DispatchListener listener;
    private final HostObservations findings;
    private final QueueTurn turn;
    private final Set<String> warned = new HashSet<>();

    private PlacementRequest request;
    private Instant askedAt;
    private Optional<Postponement> postponement = Optional.empty();
    private boolean closed;
    private boolean first = true;
    private int retries;
    private Instant nextRetry;
    private Instant nextRenewal = Instant.MAX;
    private boolean asksOthers;
    private Instant nextAsk = Instant.MAX;
    private Instant nextOverflow = Instant.MAX;
    private LoadBoard boardTried;
    private Instant nextBoardLook = Instant.MIN;
    private Object sameness;
    private boolean explained;

    PendingRequest(
            Dispatcher dispatcher,
            JobKind kind,
            String id,
            PlacementRequest request,
            WaitPolicy waitPolicy,
            DispatchListener listener) {
        this(dispatcher, kind, id, request, waitPolicy, listener, dispatcher.now());
    }

    private PendingRequest(
            Dispatcher dispatcher,
            JobKind kind,
            String id,
            PlacementRequest request,
            WaitPolicy waitPolicy,
            DispatchListener listener,
            Instant askedAt) {
        this.dispatcher = dispatcher;
        this.kind = kind;
        this.id = id;
        this.request = request;
        this.waitPolicy = waitPolicy;
        this.listener = listener;
        this.askedAt = askedAt;
        this.nextRetry = dispatcher.now();
        this.turn = new QueueTurn(id, nextRetry);
        this.findings = new HostObservations(dispatcher.backoff());
    }

    /** Returns the ID of the request, which becomes that of the job. */
    public String id() {
        return id;
    }

    /** Replaces the placement request. The new one may be tried at once, and keeps its position in the queue. */
    public synchronized void askFor(PlacementRequest changed) {
        request = changed;
        boardTried = null;
        nextBoardLook = Instant.MIN;
    }

    /**
     * Continues the request with another dispatcher of the same ledger, such as that of new settings. The request keeps
     * its ID, its wait limit and its position in the queue; this object is closed.
     */
    synchronized PendingRequest continueWith(Dispatcher other, PlacementRequest changed) {
        closed = true;
        PendingRequest continued = new PendingRequest(other, kind, id, changed, waitPolicy, listener, askedAt);
        postponement.ifPresent(continued::postpone);
        return continued;
    }

    /** Postpones the first try. The wait limit counts from then on. */
    synchronized void postpone(Postponement delay) {
        postponement = Optional.of(delay);
        askedAt = delay.until();
        nextRetry = delay.until();
        nextRenewal = dispatcher.now();
    }

    private boolean isPostponed() {
        return postponement.isPresent()
                && dispatcher.now().isBefore(postponement.get().until());
    }

    private boolean hasTicket() {
        return waitPolicy.mayWait() || postponement.isPresent();
    }

    /** Returns the latest time of the next try. */
    public synchronized Instant nextTry() {
        return Stream.of(nextRetry, nextAsk, nextRenewal, nextOverflow, turn.nextPassing(turnTime()), end())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Returns when to check whether it is due. */
    public synchronized Instant nextLook() {
        Instant look = dispatcher.now().plus(turn.pause());
        return look.isBefore(nextTry()) ? look : nextTry();
    }

    /** Returns how long an older request has for its turn: it must look, and may do so as rarely as this one. */
    private Duration turnTime() {
        return asksOthers ? ASK.plus(TicketQueue.TURN) : TicketQueue.TURN;
    }

    /** Returns when the request, last tried at this time, may next go to a cluster that cannot start it at once. */
    private Instant nextOverflow(PlacementRequest asked, Instant tried) {
        HostInventory inventory = dispatcher.reservations().view().inventory();
        if (!inventory.hasClusters()) {
            return Instant.MAX;
        }
        return Arrays.stream(asked.candidates())
                .mapToObj(inventory::at)
                .flatMap(host -> host.slurm().stream())
                .map(cluster -> askedAt.plus(asked.cluster().overflow(cluster)))
                .filter(time -> time.isAfter(tried))
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
    }

    private Instant end() {
        return waitPolicy.limit().map(askedAt::plus).orElse(Instant.MAX);
    }

    /** Returns whether to try again: the time has come, a new load report exists, or a reservation was released. */
    public synchronized boolean isDue() {
        if (!closed && isPostponed()) {
            boolean gone =
                    explained && dispatcher.reservations().view().ticket(id).isEmpty();
            return gone || !dispatcher.now().isBefore(nextTry());
        }
        return !closed
                && (first
                        || !dispatcher.now().isBefore(nextTry())
                        || turn.isReleased(dispatcher.reservations().view())
                        || isNewBoard());
    }

    private boolean isNewBoard() {
        Instant now = dispatcher.now();
        if (now.isBefore(nextBoardLook)) {
            return false;
        }
        nextBoardLook = now.plus(BOARD_LOOK);
        return dispatcher.load().latest() != boardTried;
    }

    /**
     * Tries to reserve a slot.
     *
     * @return the reservation; empty if the request waits
     * @throws JobOnRecordException if a job on record serves the request
     * @throws LoadshareException with the reasons, if no host is suitable and the request does not wait or has waited
     *     long enough
     * @throws IllegalStateException if the request is closed
     */
    public synchronized Optional<PlacedRequest> tryNow() {
        if (closed) {
            throw new IllegalStateException("request " + id + " has its place, or was given up");
        }
        if (isPostponed()) {
            renewPostponed(postponement.get());
            return Optional.empty();
        }
        boolean retryIsDue = !dispatcher.now().isBefore(nextRetry);
        Instant tried = dispatcher.now();
        PlacementRequest asked = dispatcher.withServerAnswer(request).withWaited(Duration.between(askedAt, tried));
        LoadBoard before = dispatcher.load().latest();
        try (LiveRound round = waitPolicy.mayScan() && (first || retryIsDue)
                ? dispatcher.askOrScan(asked, findings, first)
                : dispatcher.ask(asked)) {
            boardTried = dispatcher.load().latest();
            if (boardTried != before) {
                listener.step("the hosts were measured");
            }
            turn.look(dispatcher.reservations().view(), dispatcher.now(), turnTime(), first);
            nextOverflow = nextOverflow(asked, tried);
            Instant next =
                    retryIsDue ? dispatcher.now().plus(dispatcher.backoff().before(retries + 1)) : nextRetry;
            boolean renews = first || retryIsDue || !dispatcher.now().isBefore(nextRenewal);
            Attempt attempt = renews ? null : stillWaits(asked, round).orElse(null);
            if (attempt == null) {
                nextRenewal = dispatcher.now().plus(Ticket.RENEWAL);
                attempt = attempt(asked, round, next);
            }
            round.steps().forEach(listener::step);
            round.warnings().stream().filter(warned::add).forEach(listener::warn);
            if (attempt instanceof Attempt.Unplaced unplaced) {
                asksOthers = !asked.licenses().isEmpty() || round.board() != boardTried;
                nextAsk = asksOthers ? dispatcher.now().plus(ASK) : Instant.MAX;
                retries += retryIsDue ? 1 : 0;
                nextRetry = next;
                waitOrFail(unplaced);
                return Optional.empty();
            }
            closed = true;
            if (attempt instanceof Attempt.Withdrawn withdrawn) {
                throw withdrawn(withdrawn.by());
            }
            if (attempt instanceof Attempt.Served served) {
                throw new JobOnRecordException(served.claim());
            }
            return Optional.of(((Attempt.Reserved) attempt).place());
        }
    }

    private LoadshareException withdrawn(String by) {
        return new LoadshareException(
                LoadshareException.Kind.UNAVAILABLE,
                "request " + id + " for " + request.wants() + " was withdrawn by " + by + "; no job was started");
    }

    /** Opens or renews the ticket of the postponed request. While the ledger is locked, it is not visible in the queue. */
    private void renewPostponed(Postponement delay) {
        Instant now = dispatcher.now();
        try {
            Optional<String> withdrawn =
                    dispatcher.reservations().postpone(delay.ticket(id, request, now), delay.reason());
            explained = true;
            nextRenewal = now.plus(Ticket.RENEWAL);
            if (withdrawn.isPresent()) {
                closed = true;
                throw withdrawn(withdrawn.get());
            }
        } catch (LedgerBusyException e) {
            explained = false;
            nextRenewal = now.plus(TicketQueue.TURN);
        }
    }

    private Optional<Attempt.Unplaced> stillWaits(PlacementRequest asked, LiveRound round) {
        LoadBoard known = dispatcher.load().latest();
        return dispatcher
                .reservations()
                .stillWaits(
                        kind,
                        id,
                        round.narrowed(asked),
                        findings.over(known, round.board()),
                        known,
                        round::truth,
                        turn.passedOver());
    }

    /** Reserves the best slot, and repeats this until the host agrees, if hosts are queried. */
    private Attempt attempt(PlacementRequest asked, LiveRound round, Instant next) {
        Optional<PlacedRequest> refused = Optional.empty();
        while (true) {
            Attempt attempt = reserve(asked, round, refused, next);
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

    private Attempt reserve(PlacementRequest asked, LiveRound round, Optional<PlacedRequest> instead, Instant next) {
        PlacementRequest narrowed = round.narrowed(asked);
        LoadBoard board = findings.over(dispatcher.load().latest(), round.board());
        try {
            return dispatcher
                    .reservations()
                    .reserve(kind, id, narrowed, board, round::truth, ticket(next), turn.passedOver(), instead);
        } catch (LedgerBusyException e) {
            if (asked.licenses().isEmpty() && !kind.shared()) {
                Attempt unrecorded = dispatcher.reservations().placeUnrecorded(id, narrowed, board, round::truth);
                if (unrecorded instanceof Attempt.Reserved) {
                    listener.warn(e.getMessage() + "; continuing without recording the reservation for others");
                }
                return unrecorded;
            }
            if (first && !kind.shared()) {
                closed = true;
                throw e;
            }
            return new Attempt.Locked(e.getMessage());
        }
    }

    /** @param next when the request is tried again if it gets no reservation now */
    private Optional<Ticket> ticket(Instant next) {
        if (!hasTicket()) {
            return Optional.empty();
        }
        Ticket.Needs needs = new Ticket.Needs(
                hostsWithTags(),
                request.slots(),
                request.minMemory(),
                request.minCores(),
                request.maxLoad(),
                request.licenseNames(),
                request.cluster().order());
        return Optional.of(new Ticket(id, request.user(), request.wants(), needs, askedAt, askedAt).withNextTry(next));
    }

    private List<HostName> hostsWithTags() {
        return Arrays.stream(request.candidates())
                .mapToObj(dispatcher.load().latest().inventory()::at)
                .filter(host -> host.isCluster() || host.tags().containsAll(request.tags()))
                .map(Host::name)
                .toList();
    }

    private void waitOrFail(Attempt.Unplaced unplaced) {
        boolean never = unplaced instanceof Attempt.Refused refused
                && (refused.why() instanceof PlacementResult.Never
                        || refused.why() instanceof PlacementResult.NotNow notNow && notNow.isLasting());
        Instant now = dispatcher.now();
        if (never || !now.isBefore(end())) {
            close();
            throw failure(unplaced, now);
        }
        first = false;
        turn.givesWay(unplaced instanceof Attempt.GivesWay);
        boolean passing = sameness != null && turn.isPassing();
        boolean changed = !passing && !unplaced.sameness().equals(sameness);
        if (changed) {
            sameness = unplaced.sameness();
            listener.waitsFor(unplaced.reasons());
        }
        if (changed || !explained) {
            explained = dispatcher
                    .reservations()
                    .explain(id, unplaced instanceof Attempt.Refused, Optional.of(nextRetry), unplaced.reasons());
            if (!explained) { // the ledger was locked: the request is not visible in the queue, or without a reason
                nextRenewal = now.plus(TicketQueue.TURN);
            }
        }
    }

    private LoadshareException failure(Attempt.Unplaced unplaced, Instant now) {
        Duration waited = Duration.between(askedAt, now);
        return new LoadshareException(
                unplaced.kind(),
                "no place for " + request.wants()
                        + (waitPolicy.mayWait() && !waited.isZero() ? " after " + Durations.print(waited) : "") + ": "
                        + String.join("; ", unplaced.reasons()));
    }

    /**
     * Checks the host a last time before the job starts. Moves the job to the runner-up, at most once, if its host is
     * now worse than the runner-up by more than one slot.
     *
     * @param report a fresh report of the reserved host
     * @return where the job runs; empty if neither host is suitable any more: then the request is open again
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
     * Records that a job is about to start on its reservation.
     *
     * @return whether the job may start; if not, the reservation is lost and the request is open again
     */
    synchronized boolean start(PlacedRequest place) {
        boolean mayStart = dispatcher.start(kind, place, listener);
        if (!mayStart) {
            reopen();
        }
        return mayStart;
    }

    /**
     * Gives back the reservation on a host where the job did not start. The request is open again, and avoids that host
     * until a scan finds it healthy; forever, if the host has rejected the job.
     *
     * @param why the cause; kind STATE means that the host itself refused to start the job, which counts against the
     *     host
     */
    synchronized void giveBack(PlacedRequest place, LoadshareException why) {
        HostName host = place.host().name();
        if (why instanceof RejectedJobException) {
            findings.excluded(host, why.getMessage(), dispatcher.now());
        } else {
            findings.failed(host, why, dispatcher.now());
        }
        reopen();
        if (place.recorded()) {
            if (why.kind() == LoadshareException.Kind.STATE) {
                dispatcher.reservations().end(place.id(), NOT_STARTED, dispatcher.now(), listener::warn);
            } else {
                dispatcher.reservations().retreat(place.id(), listener::warn);
            }
        }
    }

    /** Excludes a host from this request. The reason is shown with the other refusals. */
    synchronized void exclude(HostName host, String reason) {
        findings.excluded(host, reason, dispatcher.now());
    }

    private void reopen() {
        closed = false;
        first = true;
        nextRetry = dispatcher.now();
    }

    /** Cancels the request if it is open. */
    public synchronized void cancel() {
        if (!closed) {
            close();
        }
    }

    private void close() {
        closed = true;
        if (hasTicket()) {
            dispatcher.reservations().closeTicket(id, listener::warn);
        }
    }
}
