package io.loadshare.dispatch;

import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.Ticket;
import io.loadshare.license.LicenseFeature;
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
 * The order in which waiting requests are served: the oldest first, but nobody waits for someone who cannot be served.
 *
 * <p>Every older ticket is placed first, on paper, in its turn. One that finds a host takes its place there and its seat;
 * one that finds none (its user has no license seat left, its hosts are down) takes nothing. What a request still finds
 * after that, it may have. So a ticket blocks others only from what it is about to take itself.
 *
 * <p>Its owner may be unable to take it: the owner is gone (then the ticket is void after
 * {@link Ticket#VOID_AFTER}), or sees it otherwise (other settings). In the latter case the owner's last try was in vain
 * although nothing has changed since; then it is taken at its word and passed over.
 *
 * <p>Nobody can starve: all that is given out (a seat, a run on a host) is given one at a time, so whatever comes free
 * goes to the oldest that can use it.
 */
final class TicketQueue {

    private final Placer placer;
    private final PlacementRequest request;
    private final LoadBoard board;
    private final Instant now;
    private final BitSet candidates = new BitSet();

    /**
     * What is left when older tickets are served.
     *
     * @param tickets those of them that want what the request wants
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
     * Serves, on paper, all tickets before the request.
     *
     * @param ticketId the request's own ticket; if there is none in the view, all are before it
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
                if (ticket.needs().license().isPresent()
                        || Arrays.stream(positions(ticket)).anyMatch(candidates::get)) {
                    served.add(ticket);
                }
            }
        }
        return new Ahead(left, served);
    }

    /** A ticket for another license is passed over: nothing is known here of who holds its seats. */
    private boolean isAboutToTry(Ticket ticket, LedgerView view) {
        Optional<String> license = ticket.needs().license();
        if (license.isPresent() && !license.equals(request.license().map(LicenseFeature::name))) {
            return false;
        }
        boolean triedInVain = view.refusedSinceRelease(ticket.id())
                && Arrays.stream(positions(ticket)).noneMatch(position -> isNewerThan(ticket, position));
        return !ticket.isVoid(now) && !triedInVain;
    }

    private boolean isNewerThan(Ticket ticket, int position) {
        return board.at(position)
                .report()
                .filter(report -> report.measuredAt().isAfter(ticket.renewedAt()))
                .isPresent();
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
                request.license().filter(feature -> needs.license().isPresent()),
                request.server().filter(answer -> needs.license().isPresent()),
                Optional.empty(),
                0);
        if (placer.place(its, board, view, now) instanceof PlacementResult.Placed placed) {
            return Optional.of(new LedgerRecord.Reserved(new Reservation(
                    ticket.id(),
                    placed.host().name(),
                    ticket.user(),
                    needs.slots(),
                    needs.minMemory(),
                    needs.license(),
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
