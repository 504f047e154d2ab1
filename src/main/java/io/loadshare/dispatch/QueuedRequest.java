package io.loadshare.dispatch;

import io.loadshare.ledger.Ticket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A waiting request and its position in the queue.
 *
 * @param position 1 for the request that is served first
 */
public record QueuedRequest(int position, Ticket ticket) {

    /** Returns the waiting requests in their order, postponed ones last, without those whose owners are gone. */
    public static List<QueuedRequest> all(Reservations reservations, Instant now) {
        List<QueuedRequest> requests = new ArrayList<>();
        reservations.view().tickets().stream()
                .filter(ticket -> !ticket.isVoid(now))
                .sorted(Comparator.comparing(Ticket::isPostponed)) // keeps their order otherwise
                .forEach(ticket -> requests.add(new QueuedRequest(requests.size() + 1, ticket)));
        return requests;
    }

    public String id() {
        return ticket.id();
    }

    /** Returns why the request waits, on one line. */
    public String reason() {
        return ticket.reason().orElse("not known");
    }

    /** Returns one element of {@code queue --json}. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("position", position);
        tree.put("id", id());
        tree.put("owner", ticket.owner());
        tree.put("user", ticket.user());
        tree.put("requirements", ticket.wants());
        tree.put("slots", ticket.needs().slots());
        tree.put("licenses", ticket.needs().licenses());
        tree.put("since", ticket.openedAt().toString());
        tree.put("reason", ticket.reason().orElse(null));
        tree.put("nextTry", ticket.nextTry().map(Instant::toString).orElse(null));
        return tree;
    }
}
