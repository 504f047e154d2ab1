package io.loadshare.dispatch;

import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.Ticket;
import io.loadshare.license.RequiredLicense;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.ClusterTerms;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.Placer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The queue of waiting requests. It serves the oldest first, but no request waits for another request that cannot be
 * served.
 *
 * <p>To decide on a request, the queue first simulates the placement of every older ticket in order. A ticket that
 * finds a host takes its slots and its license seat there; a ticket that finds none (no license seat is left for its
 * user, its hosts are down) takes nothing. The request may have whatever is left. A ticket therefore blocks others only
 * from what it is about to take itself.
 *
 * <p>An owner may be unable to take what the simulation gives it. Either the owner decides differently because of other
 * settings, or of what only it knows: then its last try failed although nothing has changed since, and the queue skips
 * its ticket. Or the owner is gone, stopped, or slow: the queue passes over its ticket if it has not taken its turn
 * within {@link #TURN} of a release. A ticket whose owner is gone becomes void later ({@link Ticket#isVoid}).
 *
 * <p>Whatever becomes free (a license seat, a slot on a host) goes to the oldest request that can use it. So that
 * requests for few slots do not delay one for many slots forever, the oldest request that has waited for
 * {@link #HOLD_AFTER} only because no host has enough free slots gets those of the host with the most: nobody younger
 * takes them.
 */
final class TicketQueue {

    /** How long the owner of the next ticket has to take what was released; then it is the turn of the one behind it. */
    static final Duration TURN = Duration.ofSeconds(5);

    /** How long a request for several slots waits until the queue holds free slots for it. */
    static final Duration HOLD_AFTER = Duration.ofMinutes(10);

    private final Placer placer;
    private final PlacementRequest request;
    private final LoadBoard board;
    private final Instant now;
    private final BitSet candidates = new BitSet();

    /**
     * What the older tickets leave to the request.
     *
     * @param tickets the older tickets that are served first and compete with the request
     */
    record Left(PlacementResult result, List<Ticket> tickets) {}

    TicketQueue(Placer placer, PlacementRequest request, LoadBoard board, Instant now) {
        this.placer = placer;
        this.request = request;
        this.board = board;
        this.now = now;
        Arrays.stream(request.candidates()).forEach(candidates::set);
    }

    /**
     * Places the request after the tickets before it.
     *
     * @param ticketId the request's own ticket; if the view does not contain it, all tickets come before the request
     * @param passedOver the number of competing tickets to pass over, because they missed their turn
     */
    Left place(String ticketId, LedgerView view, long passedOver) {
        PlacementResult result = placer.place(request, board, view, now);
        LedgerView left = view;
        List<Ticket> served = new ArrayList<>();
        long toPass = passedOver;
        boolean holds = false;
        for (Ticket ticket : view.tickets()) {
            if (ticket.id().equals(ticketId) || !(result instanceof PlacementResult.Placed)) {
                break;
            }
            Optional<LedgerRecord> taken =
                    isAboutToTry(ticket, view) ? taken(ticket, ticket.needs().slots(), left) : Optional.empty();
            boolean competes = competes(ticket);
            if (taken.isPresent() && competes && toPass > 0) {
                toPass--;
                continue;
            }
            if (taken.isEmpty() && competes && !holds) {
                taken = held(ticket, left);
                holds = taken.isPresent();
            }
            if (taken.isPresent()) {
                left = left.fold(taken.get());
                if (competes) {
                    served.add(ticket);
                    result = placer.place(request, board, left, now);
                }
            }
        }
        return new Left(result, served);
    }

    /**
     * Returns the slots to hold for a ticket: on the host with the most free ones, of those that are large enough.
     * Holds none for a ticket that may wait for something else: a license, or what only its owner knows.
     */
    private Optional<LedgerRecord> held(Ticket ticket, LedgerView view) {
        int slots = ticket.needs().slots();
        if (slots < 2
                || ticket.isVoid(now)
                || now.isBefore(ticket.openedAt().plus(HOLD_AFTER))
                || !ticket.needs().licenses().isEmpty()
                || taken(ticket, slots, view).isPresent()) {
            return Optional.empty();
        }
        PlacementRequest whole = request(ticket, slots);
        int[] largeEnough = Arrays.stream(positions(ticket))
                .filter(position -> !(placer.place(whole.withCandidates(new int[] {position}), board, view, now)
                        instanceof PlacementResult.Never))
                .toArray();
        Optional<LedgerRecord> held = Optional.empty();
        for (int free = slots - 1; free > 0 && held.isEmpty(); free--) {
            held = taken(ticket, request(ticket, free).withCandidates(largeEnough), view);
        }
        return held;
    }

    private boolean competes(Ticket ticket) {
        return !ticket.needs().licenses().isEmpty()
                || Arrays.stream(positions(ticket)).anyMatch(candidates::get);
    }

    /** Returns whether others expect a ticket to be served, so that they leave it something. */
    boolean isExpectedToBeServed(Ticket ticket, LedgerView view) {
        return isAboutToTry(ticket, view)
                && taken(ticket, ticket.needs().slots(), view).isPresent();
    }

    /**
     * Returns whether the owner of a ticket is about to try it. Skips a ticket for other licenses only, because the
     * usage of their seats is unknown here.
     */
    private boolean isAboutToTry(Ticket ticket, LedgerView view) {
        if (!ticket.needs().licenses().isEmpty() && shared(ticket.needs()).isEmpty()) {
            return false;
        }
        boolean alreadyRefused = view.refusedSinceRelease(ticket.id())
                && Arrays.stream(positions(ticket)).noneMatch(position -> isNewerThan(ticket, position));
        return !ticket.isVoid(now) && !alreadyRefused;
    }

    private boolean isNewerThan(Ticket ticket, int position) {
        return board.at(position)
                .report()
                .filter(report -> report.measuredAt().isAfter(ticket.renewedAt()))
                .isPresent();
    }

    /**
     * Returns the licenses that both the ticket and the request need. A ticket that lacks a seat of another license
     * blocks the request from these until its owner has tried, and failed.
     */
    private List<RequiredLicense> shared(Ticket.Needs needs) {
        return request.licenses().stream()
                .filter(license -> needs.licenses().contains(license.feature().name()))
                .toList();
    }

    private Optional<LedgerRecord> taken(Ticket ticket, int slots, LedgerView view) {
        return taken(ticket, request(ticket, slots), view);
    }

    private PlacementRequest request(Ticket ticket, int slots) {
        Ticket.Needs needs = ticket.needs();
        return new PlacementRequest(
                ticket.wants(),
                positions(ticket),
                ticket.user(),
                slots,
                Set.of(),
                needs.minMemory(),
                needs.minCores(),
                needs.maxLoad(),
                shared(needs),
                Optional.empty(),
                0,
                ClusterTerms.DEFAULT.withOrder(needs.order()).withWaited(Duration.between(ticket.openedAt(), now)));
    }

    private Optional<LedgerRecord> taken(Ticket ticket, PlacementRequest its, LedgerView view) {
        if (placer.place(its, board, view, now) instanceof PlacementResult.Placed placed) {
            return Optional.of(new LedgerRecord.Reserved(new Reservation(
                    ticket.id(),
                    placed.host().name(),
                    ticket.user(),
                    its.slots(),
                    its.minMemory(),
                    ticket.needs().licenses(),
                    Optional.empty(),
                    now)));
        }
        return Optional.empty();
    }

    private int[] positions(Ticket ticket) {
        return ticket.needs().hosts().stream()
                .mapToInt(board.inventory()::position)
                .filter(position -> position >= 0)
                .toArray();
    }
}
