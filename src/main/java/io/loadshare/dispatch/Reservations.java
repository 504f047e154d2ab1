package io.loadshare.dispatch;

import io.loadshare.LoadshareException;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerBusyException;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.Ticket;
import io.loadshare.ledger.TrackedJob;
import io.loadshare.license.LicenseFeature;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.Placer;
import io.loadshare.scan.Suspensions;
import io.loadshare.scan.TroubledHosts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The write side of the ledger: what happens to a promise from reservation to end.
 *
 * <p>A reservation is followed by {@link #start} or {@link #retreat}, a start by {@link #end}. Who dies in between leaves
 * a promise that nobody will end; {@link #reconcile} does, after a scan: a report that saw all processes of the host and
 * not the job refutes a promise older than {@link Claim#GRACE}, a reboot refutes all older ones, and any report a
 * reservation older than {@link Claim#LAPSE}. So a dead owner's place and seat are free again after the next scan. An
 * owner that lives but is slow may find its reservation gone; that is why {@code start} looks, and takes it anew if it
 * still may.
 *
 * <p>Any thread may call.
 */
public final class Reservations {

    private static final int UNKNOWN_STATUS = -1;

    private final Ledger ledger;
    private final Placer placer;
    private final JobIds ids;
    private final InstantSource clock;
    private final LiveHosts live;
    private final TroubledHosts troubled;

    public Reservations(Ledger ledger, Placer placer, JobIds ids, InstantSource clock) {
        this(ledger, placer, ids, clock, LiveHosts.NONE);
    }

    /** @param live hosts that are told what becomes of a promise */
    public Reservations(Ledger ledger, Placer placer, JobIds ids, InstantSource clock, LiveHosts live) {
        this(ledger, placer, ids, clock, live, new TroubledHosts(Suspensions.NONE, clock, host -> "", words -> {}));
    }

    /** @param troubled is told how jobs ended */
    public Reservations(
            Ledger ledger, Placer placer, JobIds ids, InstantSource clock, LiveHosts live, TroubledHosts troubled) {
        this.live = live;
        this.troubled = troubled;
        this.ledger = ledger;
        this.placer = placer;
        this.ids = ids;
        this.clock = clock;
    }

    LiveHosts live() {
        return live;
    }

    /** What stands in the ledger. */
    public LedgerView view() {
        return ledger.view();
    }

    /**
     * Places a request on the newest ledger and records the promise, in one step.
     *
     * @param id the job's id, if it gets a place
     * @param truth what is promised, if it is not what the ledger says alone
     * @param ticket what opens, or is renewed, if the request gets no place now but may later; closed if it gets one
     * @param instead a place that is given back for the new one
     */
    Attempt reserve(
            String id,
            PlacementRequest request,
            LoadBoard board,
            UnaryOperator<LedgerView> truth,
            Optional<Ticket> ticket,
            Optional<PlacedRequest> instead) {
        return ledger.transact(newest -> {
            Instant now = clock.instant();
            List<LedgerRecord> records = new ArrayList<>();
            instead.ifPresent(place -> records.add(new LedgerRecord.Retreated(place.id(), now)));
            LedgerView view = newest.fold(records);
            Attempt attempt =
                    attempt(view.claim(id).isEmpty() ? id : ids.next(), request, board, truth.apply(view), ticket, now);
            if (attempt instanceof Attempt.Reserved reserved) {
                records.add(new LedgerRecord.Reserved(reserved.place().reservation()));
            }
            ticket.flatMap(mine -> recordOf(mine, attempt, view, now)).ifPresent(records::add);
            return new Ledger.Decision<>(attempt, records);
        });
    }

    private Attempt attempt(
            String id,
            PlacementRequest request,
            LoadBoard board,
            LedgerView view,
            Optional<Ticket> ticket,
            Instant now) {
        PlacementResult result = placer.place(request, board, view, now);
        if (!(result instanceof PlacementResult.Placed)) {
            return new Attempt.Refused(result);
        }
        TicketQueue.Ahead ahead = new TicketQueue(placer, request, board, now)
                .before(ticket.map(Ticket::id).orElse(""), view);
        if (!ahead.tickets().isEmpty()) {
            result = placer.place(request, board, ahead.view(), now);
        }
        return result instanceof PlacementResult.Placed placed
                ? new Attempt.Reserved(place(id, request, placed, true, now))
                : new Attempt.GivesWay(ahead.tickets(), request.license().isPresent());
    }

    private static PlacedRequest place(
            String id, PlacementRequest request, PlacementResult.Placed placed, boolean recorded, Instant now) {
        Optional<String> license = request.license().map(LicenseFeature::name);
        Reservation reservation = new Reservation(
                id,
                placed.host().name(),
                request.user(),
                request.slots(),
                request.minMemory(),
                license,
                request.origin(),
                now);
        return new PlacedRequest(reservation, request, placed, recorded, false);
    }

    private static Optional<LedgerRecord> recordOf(Ticket mine, Attempt attempt, LedgerView view, Instant now) {
        boolean open = view.ticket(mine.id()).isPresent();
        boolean over = attempt instanceof Attempt.Reserved
                || attempt instanceof Attempt.Refused refused && refused.why() instanceof PlacementResult.Never;
        if (over) {
            return open ? Optional.of(new LedgerRecord.TicketClosed(mine.id(), now)) : Optional.empty();
        }
        return Optional.of(
                open
                        ? new LedgerRecord.TicketRenewed(mine.id(), attempt instanceof Attempt.Refused, now)
                        : new LedgerRecord.TicketOpened(mine.renewed(now)));
    }

    /** Places a request on the ledger as it can be read, and records nothing. */
    Attempt placeUnrecorded(String id, PlacementRequest request, LoadBoard board, UnaryOperator<LedgerView> truth) {
        Instant now = clock.instant();
        PlacementResult result = placer.place(request, board, truth.apply(ledger.view()), now);
        return result instanceof PlacementResult.Placed placed
                ? new Attempt.Reserved(place(id, request, placed, false, now))
                : new Attempt.Refused(result);
    }

    /**
     * The last look before the job starts: it moves to the runner-up if its host is now worse by more than one slot, once.
     *
     * @param board with a fresh report of the place's host
     * @return where to go; empty if neither host will do any more: then the place is given back
     */
    Optional<PlacedRequest> lookAgain(PlacedRequest place, LoadBoard board) {
        if (place.settled() || !place.recorded()) {
            return Optional.of(place);
        }
        return ledger.transact(view -> {
            Instant now = clock.instant();
            LedgerRecord retreated = new LedgerRecord.Retreated(place.id(), now);
            LedgerView others = view.fold(retreated);
            PlacementResult result = placer.lookAgain(place.request(), place.decision(), board, others, now);
            if (!(result instanceof PlacementResult.Placed placed)) {
                return Ledger.Decision.of(Optional.empty(), retreated);
            }
            if (placed.host().equals(place.host())) {
                return Ledger.Decision.of(Optional.of(place));
            }
            Reservation moved = place.reservation().movedTo(placed.host().name(), now);
            return Ledger.Decision.of(
                    Optional.of(new PlacedRequest(moved, place.request(), placed, true, true)),
                    retreated,
                    new LedgerRecord.Reserved(moved));
        });
    }

    /**
     * Records that a job is about to start on its place. A reservation that has lapsed meanwhile, so that others did not
     * count it, is taken anew if the host still will do.
     *
     * @return whether the job may start; if not, the place is given back
     */
    public boolean start(PlacedRequest place, LoadBoard board) {
        return ledger.transact(view -> {
            Instant now = clock.instant();
            LedgerRecord started = new LedgerRecord.Started(place.id(), now);
            Optional<Claim> claim = view.claim(place.id());
            if (claim.isPresent() && !isRefuted(claim.get(), board)) {
                return Ledger.Decision.of(true, started);
            }
            LedgerRecord retreated = new LedgerRecord.Retreated(place.id(), now);
            int[] here = {board.inventory().position(place.host().name())};
            PlacementResult result =
                    placer.place(place.request().withCandidates(here), board, view.fold(retreated), now);
            if (!(result instanceof PlacementResult.Placed)) {
                return Ledger.Decision.of(false, retreated);
            }
            Reservation anew = place.reservation().movedTo(place.host().name(), now);
            return Ledger.Decision.of(true, retreated, new LedgerRecord.Reserved(anew), started);
        });
    }

    /**
     * Gives back a place whose job did not start.
     *
     * @return why that could not be recorded; a later scan then removes the reservation
     */
    public Optional<LoadshareException> retreat(String id) {
        live.end(id, false);
        LedgerRecord retreated = new LedgerRecord.Retreated(id, clock.instant());
        return write(view -> Ledger.Decision.of(null, retreated));
    }

    /**
     * Records that a job has ended.
     *
     * @param status exit status, or a negative number if it is not known
     * @return why that could not be recorded; a later scan then removes the reservation
     */
    public Optional<LoadshareException> end(String id, int status, Duration ran) {
        live.end(id, true);
        LedgerRecord.Ended ended = new LedgerRecord.Ended(id, status, ran, clock.instant());
        try {
            Optional<Claim> job = ledger.transact(view -> Ledger.Decision.of(view.claim(id), ended));
            job.ifPresent(claim -> troubled.ended(ledger.view(), claim, ended));
            return Optional.empty();
        } catch (LoadshareException e) {
            return Optional.of(e);
        }
    }

    /** Closes the ticket of a request that waits no more, if it is open; otherwise as {@link #retreat}. */
    Optional<LoadshareException> closeTicket(String id) {
        LedgerRecord closed = new LedgerRecord.TicketClosed(id, clock.instant());
        return write(view -> view.ticket(id).isPresent() ? Ledger.Decision.of(null, closed) : Ledger.Decision.of(null));
    }

    /** What gives something back may stay unsaid: nobody's job shall fail for it. */
    private Optional<LoadshareException> write(Function<LedgerView, Ledger.Decision<Void>> decide) {
        try {
            ledger.transact(decide);
            return Optional.empty();
        } catch (LoadshareException e) {
            return Optional.of(e);
        }
    }

    /**
     * Closes the promises that reports refute; to be called after each scan. If the ledger stays locked, the next scan
     * will do.
     *
     * @return the promises that were closed
     */
    public List<Claim> reconcile(LoadBoard board) {
        if (refuted(ledger.view(), board).isEmpty()) {
            return List.of();
        }
        try {
            return ledger.transact(view -> {
                List<Claim> refuted = refuted(view, board);
                return new Ledger.Decision<>(
                        refuted,
                        refuted.stream().map(claim -> closing(claim, board)).toList());
            });
        } catch (LedgerBusyException e) {
            return List.of();
        }
    }

    private static List<Claim> refuted(LedgerView view, LoadBoard board) {
        return view.claims().stream().filter(claim -> isRefuted(claim, board)).toList();
    }

    private static boolean isRefuted(Claim claim, LoadBoard board) {
        return board.of(claim.host()).report().filter(claim::isRefutedBy).isPresent();
    }

    private LedgerRecord closing(Claim claim, LoadBoard board) {
        if (claim instanceof TrackedJob job) {
            Instant gone = board.of(job.host()).report().orElseThrow().measuredAt();
            return new LedgerRecord.Ended(
                    job.id(), UNKNOWN_STATUS, Duration.between(job.startedAt(), gone), clock.instant());
        }
        return new LedgerRecord.Retreated(claim.id(), clock.instant());
    }
}
