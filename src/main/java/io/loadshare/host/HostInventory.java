package io.loadshare.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * All hosts and pools of one configuration. A host's position in the list is its index everywhere: load boards and
 * ledger views for the same inventory are arrays indexed by position, so a decision over thousands of hosts never looks
 * up a name. Immutable.
 */
public final class HostInventory {

    private final List<Host> hosts;
    private final boolean clusters;
    private final Map<HostName, Integer> positions;
    private final Map<String, Pool> pools;

    public HostInventory(Collection<Host> hosts, Collection<Pool> pools) {
        this.hosts = List.copyOf(hosts);
        this.clusters = this.hosts.stream().anyMatch(Host::isCluster);
        this.positions = new HashMap<>(this.hosts.size() * 2);
        for (int i = 0; i < this.hosts.size(); i++) {
            HostName name = this.hosts.get(i).name();
            if (positions.put(name, i) != null) {
                throw new IllegalArgumentException("host '" + name + "' is listed twice");
            }
        }
        this.pools = new LinkedHashMap<>();
        for (Pool pool : pools) {
            if (this.pools.put(pool.name(), pool) != null) {
                throw new IllegalArgumentException("pool '" + pool.name() + "' is listed twice");
            }
            for (HostName name : pool.hosts()) {
                if (!positions.containsKey(name)) {
                    throw new IllegalArgumentException("pool '" + pool.name() + "' names unknown host '" + name + "'");
                }
            }
        }
    }

    public List<Host> hosts() {
        return hosts;
    }

    public int size() {
        return hosts.size();
    }

    public Host at(int position) {
        return hosts.get(position);
    }

    /** Returns the position of a host, or -1 if the inventory does not contain it. */
    public int position(HostName name) {
        return positions.getOrDefault(name, -1);
    }

    public Optional<Host> find(HostName name) {
        int position = position(name);
        return position < 0 ? Optional.empty() : Optional.of(hosts.get(position));
    }

    public List<Pool> pools() {
        return new ArrayList<>(pools.values());
    }

    public Optional<Pool> pool(String name) {
        return Optional.ofNullable(pools.get(name));
    }

    /**
     * Returns the positions of the named hosts, in the given order.
     *
     * @throws IllegalArgumentException if a host is unknown
     */
    public int[] positions(Collection<HostName> names) {
        int[] result = new int[names.size()];
        int i = 0;
        for (HostName name : names) {
            int position = position(name);
            if (position < 0) {
                throw new IllegalArgumentException("unknown host '" + name + "'");
            }
            result[i++] = position;
        }
        return result;
    }

    /** Returns whether one of the hosts is a cluster. */
    public boolean hasClusters() {
        return clusters;
    }

    /** Returns the hosts that are machines, in contrast to clusters. */
    public List<Host> machines() {
        return hosts.stream().filter(host -> !host.isCluster()).toList();
    }

    /** Returns the positions of all machines. A job goes to a cluster only if its pool is named. */
    public int[] machinePositions() {
        return IntStream.range(0, hosts.size())
                .filter(i -> !hosts.get(i).isCluster())
                .toArray();
    }

    /** Returns those of the positions at which machines are. */
    public int[] machinesOf(int[] positions) {
        return Arrays.stream(positions)
                .filter(position -> !at(position).isCluster())
                .toArray();
    }

    /** Returns the login name that the configuration sets for all of these hosts, if it is the same for all. */
    public Optional<String> commonLogin(int[] positions) {
        Set<Optional<String>> logins = Arrays.stream(positions)
                .mapToObj(position -> at(position).user())
                .collect(Collectors.toSet());
        return logins.size() == 1 ? logins.iterator().next() : Optional.empty();
    }
}
