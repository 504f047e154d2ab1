package io.loadshare.dispatch;

import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerBusyException;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.Ticket;
import io.loadshare.ledger.TrackedJob;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.Placer;
import io.loadshare.scan.TroubledHosts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The write side of the ledger: records each ledger entry from its reservation to its end.
 *
 * <p>{@link #start} or {@link #retreat} follows a reservation, and {@link #end} follows a start. If the process dies in
 * between, it leaves a ledger entry that it will never end. {@link #reconcile} ends such entries after a scan: a report
 * that covers all processes of the host without the job refutes an entry older than {@link Claim#GRACE}, a reboot
 * refutes all older entries, and any report refutes a reservation older than {@link Claim#LAPSE}. The slots and the
 * license seat of a dead owner are therefore free again after the next scan. A slow but living owner may find that its
 * reservation has lapsed; {@code start} therefore checks it, and reserves again if that is still possible.
 *
 * <p>This class is thread-safe.
 */
public final class Reservations {

    private static final int UNKNOWN_STATUS = -1;
    private static final String ENDED_BY_SCAN = "the next scan ends the ledger entry";

    /** The longest reason that the ledger keeps for a waiting request. */
    private static final int MAX_REASON = 500;

    private final Ledger ledger;
    private final Placer placer;
    private final JobIds ids;
    private final InstantSource clock;
    private final LiveHosts live;
    private final TroubledHosts troubled;

    /**
     * @param live the hosts to notify about the end of ledger entries
     * @param troubled receives the outcome of each job
     */
    Reservations(
            Ledger ledger, Placer placer, JobIds ids, InstantSource clock, LiveHosts live, TroubledHosts troubled) {
        this.ledger = ledger;
        this.placer = placer;
        this.ids = ids;
        this.clock = clock;
        this.live = live;
        this.troubled = troubled;
    }

    LiveHosts live() {
        return live;
    }

    /** Returns the content of the ledger. */
    public LedgerView view() {
        return ledger.view();
    }

    /**
     * Places a request on the newest ledger and records the reservation, in one transaction.
     *
     * @param kind the kind of the job; if one on record serves the request, nothing is reserved
     * @param id the ID of the job if it gets a reservation
     * @param truth maps the ledger to the valid reservations, where the ledger alone is not enough
     * @param ticket the ticket to open or renew if the request gets no reservation now but may get one later; closed if
     *     it gets one
     * @param passedOver the number of older tickets to pass over, because they missed their turn
     * @param instead a reservation to give back for the new one
     */
    Attempt reserve(
            JobKind kind,
            String id,
            PlacementRequest request,
            LoadBoard board,
            UnaryOperator<LedgerView> truth,
            Optional<Ticket> ticket,
            long passedOver,
            Optional<PlacedRequest> instead) {
        return ledger.transact(newest -> {
            Instant now = clock.instant();
            List<LedgerRecord> records = new ArrayList<>();
            instead.ifPresent(place -> records.add(new LedgerRecord.Retreated(place.id(), now)));
            LedgerView view = newest.fold(records);
            Optional<String> withdrawn = ticket.flatMap(mine -> view.withdrawnBy(mine.id()));
            if (withdrawn.isPresent()) {
                return new Ledger.Decision<>(new Attempt.Withdrawn(withdrawn.get()), records);
            }
            String newId = view.claim(id).isEmpty() ? id : kind.nextId(ids);
            String ticketId = ticket.map(Ticket::id).orElse("");
            Attempt attempt = served(kind, view)
                    .orElseGet(() -> attempt(newId, request, board, truth.apply(view), ticketId, passedOver, now));
            if (attempt instanceof Attempt.Reserved reserved) {
                records.add(new LedgerRecord.Reserved(reserved.place().reservation()));
            }
            ticket.ifPresent(mine -> records.addAll(recordsOf(mine, attempt, view, now)));
            return new Ledger.Decision<>(attempt, records);
        });
    }

    /**
     * Returns why a waiting request must go on waiting, if the ledger need not record that: its owner wakes up whenever
     * something is released, and of all owners only the one whose turn it is should lock the ledger.
     *
     * @param id of the request and its ticket
     * @param known the load board without what only the owner of the request knows
     */
    Optional<Attempt.Unplaced> stillWaits(
            JobKind kind,
            String id,
            PlacementRequest request,
            LoadBoard board,
            LoadBoard known,
            UnaryOperator<LedgerView> truth,
            long passedOver) {
        Instant now = clock.instant();
        LedgerView view = truth.apply(ledger.view());
        Optional<Ticket> ticket = view.ticket(id);
        if (ticket.isEmpty() || served(kind, view).isPresent()) {
            return Optional.empty();
        }
        Attempt attempt = attempt(id, request, board, view, id, passedOver, now);
        if (attempt instanceof Attempt.GivesWay givesWay) {
            return Optional.of(givesWay);
        }
        return attempt instanceof Attempt.Refused refused
                        && refused.why() instanceof PlacementResult.NotNow
                        && !new TicketQueue(placer, request, known, now).isExpectedToBeServed(ticket.get(), view)
                ? Optional.of(refused)
                : Optional.empty();
    }

    private static Optional<Attempt> served(JobKind kind, LedgerView view) {
        return view.claims().stream().filter(kind.serves()).findFirst().map(Attempt.Served::new);
    }

    private Attempt attempt(
            String id,
            PlacementRequest request,
            LoadBoard board,
            LedgerView view,
            String ticketId,
            long passedOver,
            Instant now) {
        TicketQueue.Left left = new TicketQueue(placer, request, board, now).place(ticketId, view, passedOver);
        if (left.result() instanceof PlacementResult.Placed placed) {
            return new Attempt.Reserved(place(id, request, placed, true, now));
        }
        return left.tickets().isEmpty()
                ? new Attempt.Refused(left.result())
                : new Attempt.GivesWay(left.tickets(), !request.licenses().isEmpty());
    }

    private static PlacedRequest place(
            String id, PlacementRequest request, PlacementResult.Placed placed, boolean recorded, Instant now) {
        Reservation reservation = new Reservation(
                id,
                placed.host().name(),
                request.user(),
                request.slots(),
                request.minMemory(),
                request.licenseNames(),
                request.origin(),
                now);
        return new PlacedRequest(reservation, request, placed, recorded, false);
    }

    private static List<LedgerRecord> recordsOf(Ticket mine, Attempt attempt, LedgerView view, Instant now) {
        Optional<Ticket> open = view.ticket(mine.id());
        LedgerRecord closed = new LedgerRecord.TicketClosed(mine.id(), now);
        LedgerRecord opened = new LedgerRecord.TicketOpened(mine.renewed(now));
        boolean over = attempt instanceof Attempt.Reserved
                || attempt instanceof Attempt.Served
                || attempt instanceof Attempt.Refused refused && refused.why() instanceof PlacementResult.Never;
        if (over) {
            return open.isPresent() ? List.of(closed) : List.of();
        }
        if (open.isEmpty()) {
            return List.of(opened);
        }
        if (open.get().isPostponed()) {
            return List.of(closed, opened);
        }
        return List.of(new LedgerRecord.TicketRenewed(
                mine.id(), attempt instanceof Attempt.Refused, Optional.empty(), mine.nextTry(), now));
    }

    /**
     * Opens or renews the ticket of a request that is not tried yet.
     *
     * @return who has withdrawn the request, if somebody has
     */
    Optional<String> postpone(Ticket ticket, String reason) {
        return ledger.transact(view -> {
            Optional<String> withdrawn = view.withdrawnBy(ticket.id());
            List<LedgerRecord> records = new ArrayList<>();
            if (withdrawn.isEmpty()) {
                if (view.ticket(ticket.id()).isEmpty()) {
                    records.add(new LedgerRecord.TicketOpened(ticket));
                }
                records.add(new LedgerRecord.TicketRenewed(
                        ticket.id(), false, shortened(reason), ticket.nextTry(), clock.instant()));
            }
            return new Ledger.Decision<>(withdrawn, records);
        });
    }

    private static Optional<String> shortened(String reason) {
        return Optional.of(reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) + "…" : reason);
    }

    /** Places a request on the ledger as far as it can be read, and records nothing. */
    Attempt placeUnrecorded(String id, PlacementRequest request, LoadBoard board, UnaryOperator<LedgerView> truth) {
        Instant now = clock.instant();
        PlacementResult result = placer.place(request, board, truth.apply(ledger.view()), now);
        return result instanceof PlacementResult.Placed placed
                ? new Attempt.Reserved(place(id, request, placed, false, now))
                : new Attempt.Refused(result);
    }

    /**
     * Checks the host a last time before the job starts. Moves the job to the runner-up, at most once, if its host is
     * now worse by more than one slot.
     *
     * @param board contains a fresh report of the reserved host
     * @return where the job runs; empty if neither host is suitable any more: then the reservation is given back
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
     * Records that a job is about to start on its reservation. If the reservation has lapsed meanwhile, so that other
     * processes did not count it, this method reserves again, provided that the host is still suitable and that no job
     * on record serves the request meanwhile.
     *
     * @return whether the job may start; if not, the reservation is given back
     */
    boolean start(JobKind kind, PlacedRequest place, LoadBoard board) {
        return ledger.transact(view -> {
            Instant now = clock.instant();
            LedgerRecord started = new LedgerRecord.Started(place.id(), now);
            Optional<Claim> claim = view.claim(place.id());
            if (claim.isPresent() && !isRefuted(claim.get(), board)) {
                return Ledger.Decision.of(true, started);
            }
            LedgerRecord retreated = new LedgerRecord.Retreated(place.id(), now);
            LedgerView others = view.fold(retreated);
            int[] here = {board.inventory().position(place.host().name())};
            PlacementResult result = placer.place(place.request().withCandidates(here), board, others, now);
            if (served(kind, others).isPresent() || !(result instanceof PlacementResult.Placed)) {
                return Ledger.Decision.of(false, retreated);
            }
            Reservation anew = place.reservation().movedTo(place.host().name(), now);
            return Ledger.Decision.of(true, retreated, new LedgerRecord.Reserved(anew), started);
        });
    }

    /**
     * Gives back a reservation whose job did not start.
     *
     * @param warnings receives why that could not be recorded
     */
    public void retreat(String id, Consumer<String> warnings) {
        live.end(id, false);
        LedgerRecord retreated = new LedgerRecord.Retreated(id, clock.instant());
        release(() -> ledger.transact(view -> Ledger.Decision.of(null, retreated)), warnings, ENDED_BY_SCAN);
    }

    /**
     * Records that a job has ended.
     *
     * @param status its exit status, if it is known
     * @param warnings receives why that could not be recorded
     */
    public void end(String id, OptionalInt status, Instant startedAt, Consumer<String> warnings) {
        live.end(id, true);
        Instant now = clock.instant();
        LedgerRecord.Ended ended =
                new LedgerRecord.Ended(id, status.orElse(UNKNOWN_STATUS), Duration.between(startedAt, now), now);
        release(
                () -> ledger.transact(view -> Ledger.Decision.of(view.claim(id), ended))
                        .ifPresent(claim -> troubled.ended(ledger.view(), claim, ended)),
                warnings,
                ENDED_BY_SCAN);
    }

    /**
     * Closes the entry of a job that was found to have ended or never to have begun, unless the entry has changed
     * meanwhile.
     */
    public void close(Claim gone) {
        live.end(gone.id(), gone instanceof TrackedJob);
        Instant now = clock.instant();
        ledger.transact(view -> view.claim(gone.id()).filter(gone::equals).isPresent()
                ? Ledger.Decision.of(null, closing(gone, now, now))
                : Ledger.Decision.of(null));
    }

    /**
     * Closes the ticket of a request that no longer waits. Does nothing if the ticket is not open.
     *
     * @param warnings receives why that could not be recorded
     */
    void closeTicket(String id, Consumer<String> warnings) {
        LedgerRecord closed = new LedgerRecord.TicketClosed(id, clock.instant());
        release(
                () -> ledger.transact(view ->
                        view.ticket(id).isPresent() ? Ledger.Decision.of(null, closed) : Ledger.Decision.of(null)),
                warnings,
                "the request stays in the queue until " + Durations.print(Ticket.VOID_AFTER) + " after its next try");
    }

    /**
     * Records why a request waits, to show it in the queue.
     *
     * @return whether it is recorded; not if the ledger stays locked, or lacks the ticket because it was locked before
     */
    boolean explain(String ticketId, boolean refused, Optional<Instant> nextTry, List<String> reasons) {
        Optional<String> reason = shortened(String.join("; ", reasons));
        try {
            return ledger.transact(view -> view.ticket(ticketId).isPresent()
                    ? Ledger.Decision.of(
                            true, new LedgerRecord.TicketRenewed(ticketId, refused, reason, nextTry, clock.instant()))
                    : Ledger.Decision.of(false));
        } catch (LoadshareException e) {
            return false;
        }
    }

    /**
     * Withdraws a waiting request; its owner ends with a message.
     *
     * @return whether it was waiting
     */
    public boolean withdraw(String ticketId, String by) {
        return ledger.transact(view -> view.ticket(ticketId).isPresent()
                ? Ledger.Decision.of(true, new LedgerRecord.TicketClosed(ticketId, Optional.of(by), clock.instant()))
                : Ledger.Decision.of(false));
    }

    /** Releases something. A failure is only a warning, because a job must not fail for it. */
    private static void release(Runnable transaction, Consumer<String> warnings, String otherwise) {
        try {
            transaction.run();
        } catch (LoadshareException e) {
            warnings.accept(e.getMessage() + "; " + otherwise);
        }
    }

    /**
     * Closes the ledger entries that reports refute. Call it after each scan. If the ledger stays locked, the next scan
     * closes them.
     *
     * @return the closed ledger entries
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
                        refuted.stream()
                                .map(claim -> closing(
                                        claim,
                                        board.of(claim.host())
                                                .report()
                                                .orElseThrow()
                                                .measuredAt(),
                                        clock.instant()))
                                .toList());
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

    /** @param gone when it was found to be gone */
    private static LedgerRecord closing(Claim claim, Instant gone, Instant now) {
        return claim instanceof TrackedJob job
                ? new LedgerRecord.Ended(job.id(), UNKNOWN_STATUS, Duration.between(job.startedAt(), gone), now)
                : new LedgerRecord.Retreated(claim.id(), now);
    }
}
