package io.loadshare.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The order in which a request uses its pools. A free host of an earlier pool comes before any of a later pool, whatever
 * their load.
 *
 * @param ranks the number of the first pool that contains a host, from 0 on; hosts without an entry are in the first pool
 * @param overflow how long the request waits for its other hosts before it goes to a cluster that cannot start it at
 *     once; empty for the setting of the cluster
 */
public record PoolOrder(Map<HostName, Integer> ranks, Optional<Duration> overflow) {

    /** One pool, or several that are equally good. */
    public static final PoolOrder NONE = new PoolOrder(Map.of(), Optional.empty());

    public PoolOrder {
        ranks = Map.copyOf(ranks);
    }

    /** Returns the order of these pools. */
    public static PoolOrder of(List<? extends Collection<HostName>> pools, Optional<Duration> overflow) {
        Map<HostName, Integer> ranks = new HashMap<>();
        for (int rank = 0; rank < pools.size() && pools.size() > 1; rank++) {
            for (HostName host : pools.get(rank)) {
                ranks.putIfAbsent(host, rank);
            }
        }
        return new PoolOrder(ranks, overflow);
    }

    public PoolOrder withOverflow(Optional<Duration> time) {
        return new PoolOrder(ranks, time);
    }

    /** Returns whether all hosts have the same rank. */
    public boolean isFlat() {
        return ranks.isEmpty();
    }

    public int rank(HostName host) {
        return ranks.getOrDefault(host, 0);
    }

    /** Returns the hosts of each rank, in the order of the ranks; empty if none is set. */
    public List<List<HostName>> pools() {
        Map<Integer, List<HostName>> pools = new TreeMap<>();
        ranks.keySet().stream().sorted().forEach(host -> pools.computeIfAbsent(rank(host), rank -> new ArrayList<>())
                .add(host));
        return List.copyOf(pools.values());
    }
}
