package io.loadshare.agent.server;

import java.net.InetAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The queries without a start or a retreat so far, up to a limit. Not thread-safe. */
final class OpenQueries {

    /** The limit for one address, which may be a gateway for many people. */
    static final int PER_CLIENT = 1000;

    /** The limit for all addresses. */
    static final int LIMIT = 4 * PER_CLIENT;

    private final Map<String, OpenQuery> byId = new LinkedHashMap<>(); // in the order in which they expire
    private final Map<InetAddress, Integer> counts = new HashMap<>();

    int size() {
        return byId.size();
    }

    Optional<OpenQuery> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Throws a {@link RequestRefusedException} if a client has reached its limit. */
    void requireRoom(InetAddress client) {
        if (counts.getOrDefault(client, 0) >= PER_CLIENT) {
            throw RequestRefusedException.tooMany(
                    "your address has " + PER_CLIENT + " open queries, which is the limit; end some");
        }
        if (byId.size() >= LIMIT) {
            throw RequestRefusedException.tooMany(
                    "there are " + LIMIT + " open queries, which is the limit; try again later");
        }
    }

    /** Adds a query, which must not expire before those added earlier. */
    void add(OpenQuery query) {
        byId.put(query.id(), query);
        counts.merge(query.client(), 1, Integer::sum);
    }

    void remove(OpenQuery query) {
        if (byId.remove(query.id()) != null) {
            uncount(query);
        }
    }

    /** Removes expired queries and returns their number. */
    int expire(Instant now) {
        int expired = 0;
        Iterator<OpenQuery> oldest = byId.values().iterator();
        while (oldest.hasNext()) {
            OpenQuery query = oldest.next();
            if (query.expiresAt().isAfter(now)) {
                break;
            }
            oldest.remove();
            uncount(query);
            expired++;
        }
        return expired;
    }

    private void uncount(OpenQuery query) {
        counts.computeIfPresent(query.client(), (client, count) -> count == 1 ? null : count - 1);
    }
}
