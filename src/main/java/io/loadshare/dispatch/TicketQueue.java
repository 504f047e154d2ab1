package io.loadshare.dispatch;

import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.Ticket;
import io.loadshare.license.RequiredLicense;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.Placer;
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
 * <p>An owner may be unable to take what the simulation gives it. Either the owner is gone (then the ticket becomes
 * void after {@link Ticket#VOID_AFTER}), or the owner decides differently because of other settings. In the second case
 * the owner's last try failed although nothing has changed since; the queue then skips its ticket.
 *
 * <p>Whatever becomes free (a license seat, a slot on a host) goes to the oldest request that can use it. Nothing is
 * kept free for a request that needs several slots on one host, so requests for fewer slots can delay it.
 */
final class TicketQueue {

    private final Placer placer;
    private final PlacementRequest request;
    private final LoadBoard board;
    private final Instant now;
    private final BitSet candidates = new BitSet();

    /**
     * The ledger after the older tickets are served.
     *
     * @param tickets the older tickets that compete with the request
     */
    record Ahead(LedgerView view, List<Ticket> tickets) {}

    TicketQueue(Placer placer, PlacementRequest request, LoadBoard board, Instant now) {
        this.placer = placer;
        this.request = request;
        this.board = board;
        this.now = now;
        Arrays.stream(request.candidates()).forEach(candidates::set);
    }

    /**
     * Simulates the service of all tickets before the request.
     *
     * @param ticketId the request's own ticket; if the view does not contain it, all tickets come before the request
     */
    Ahead before(String ticketId, LedgerView view) {
        LedgerView left = view;
        List<Ticket> served = new ArrayList<>();
        for (Ticket ticket : view.tickets()) {
            if (ticket.id().equals(ticketId)) {
                break;
            }
            Optional<LedgerRecord> taken = isAboutToTry(ticket, view) ? taken(ticket, left) : Optional.empty();
            if (taken.isPresent()) {
                left = left.fold(taken.get());
                if (!ticket.needs().licenses().isEmpty()
                        || Arrays.stream(positions(ticket)).anyMatch(candidates::get)) {
                    served.add(ticket);
                }
            }
        }
        return new Ahead(left, served);
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

    private Optional<LedgerRecord> taken(Ticket ticket, LedgerView view) {
        Ticket.Needs needs = ticket.needs();
        PlacementRequest its = new PlacementRequest(
                ticket.wants(),
                positions(ticket),
                ticket.user(),
                needs.slots(),
                Set.of(),
                needs.minMemory(),
                needs.minCores(),
                needs.maxLoad(),
                shared(needs),
                Optional.empty(),
                0);
        if (placer.place(its, board, view, now) instanceof PlacementResult.Placed placed) {
            return Optional.of(new LedgerRecord.Reserved(new Reservation(
                    ticket.id(),
                    placed.host().name(),
                    ticket.user(),
                    needs.slots(),
                    needs.minMemory(),
                    needs.licenses(),
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
