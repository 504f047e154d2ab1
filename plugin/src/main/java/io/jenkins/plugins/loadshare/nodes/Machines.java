package io.jenkins.plugins.loadshare.nodes;

import hudson.model.Label;
import hudson.model.Node;
import hudson.util.ConsistentHash;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All machines and what is known of their load at one moment: the hosts of the settings at their positions there, and after
 * them the machines of nodes that are no such host. A node and a host with equal boot id are one machine, and so are nodes
 * whose agents see the same processes. Immutable.
 */
public final class Machines {

    static final Machines NONE = new Machines(
            LoadBoard.empty(new HostInventory(List.of(), List.of())),
            Map.of(),
            Set.of(),
            Optional.empty(),
            new ConsistentHash<>());

    private final LoadBoard board;
    private final Map<String, Integer> positions;
    private final List<List<String>> nodes;
    private final Set<String> covered;
    private final Optional<Label> label;
    private final ConsistentHash<String> affinity;

    /**
     * @param positions of the machines of nodes that answered, by the node's name
     * @param covered names of nodes that match {@code label}
     * @param affinity all nodes, weighted as Jenkins does
     */
    Machines(
            LoadBoard board,
            Map<String, Integer> positions,
            Set<String> covered,
            Optional<Label> label,
            ConsistentHash<String> affinity) {
        this.board = board;
        this.positions = Map.copyOf(positions);
        this.nodes = new ArrayList<>();
        for (int i = 0; i < board.inventory().size(); i++) {
            nodes.add(new ArrayList<>());
        }
        positions.forEach((node, position) -> nodes.get(position).add(node));
        this.covered = Set.copyOf(covered);
        this.label = label;
        this.affinity = affinity;
    }

    /** What is known of each machine; for the machines of nodes, by their agents. */
    public LoadBoard board() {
        return board;
    }

    /** The position of a node's machine, or -1 if it is not known. */
    public int position(String node) {
        return positions.getOrDefault(node, -1);
    }

    /** Names of the nodes on the machine at a position. */
    List<String> nodesAt(int position) {
        return nodes.get(position);
    }

    /** Whether a node matches the label expression of the settings. */
    boolean covers(Node node, Optional<Label> expression) {
        if (expression.isEmpty()) {
            return true;
        }
        boolean known = expression.equals(label);
        return known && covered.contains(node.getNodeName())
                || !known && expression.get().contains(node);
    }

    /** All nodes, beginning with the one where Jenkins would put a task of this key. */
    Iterable<String> byAffinity(String key) {
        return affinity.list(key);
    }

    /** Finds out which nodes and hosts are the same machine. */
    static final class Builder {

        private final List<Host> hosts;
        private final LoadBoard hostBoard;
        private final Map<HostName, HostStatus> statuses = new HashMap<>();
        private final Map<String, HostName> names = new LinkedHashMap<>();

        Builder(LoadBoard hostBoard) {
            this.hostBoard = hostBoard;
            this.hosts = new ArrayList<>(hostBoard.inventory().hosts());
            for (int i = 0; i < hosts.size(); i++) {
                statuses.put(hosts.get(i).name(), hostBoard.at(i));
            }
        }

        Machines build(
                Collection<MeasuredNode> measured,
                Set<String> covered,
                Optional<Label> label,
                ConsistentHash<String> affinity) {
            measured.forEach(this::add);
            HostInventory inventory =
                    new HostInventory(hosts, hostBoard.inventory().pools());
            Map<String, Integer> positions = new HashMap<>();
            for (MeasuredNode node : measured) {
                if (node.answered()) {
                    positions.put(node.name(), inventory.position(names.get(node.machine())));
                }
            }
            return new Machines(LoadBoard.of(inventory, statuses), positions, covered, label, affinity);
        }

        private void add(MeasuredNode node) {
            HostName name = names.get(node.machine());
            if (name == null) {
                name = hostOf(node).orElseGet(() -> addMachine(node));
                names.put(node.machine(), name);
                statuses.put(name, node.status());
            } else if (isNewer(node.status(), statuses.get(name))) {
                statuses.put(name, node.status());
            }
        }

        private static boolean isNewer(HostStatus one, HostStatus other) {
            return one.failure().isEmpty()
                    && (other.failure().isPresent()
                            || other.report().isEmpty()
                            || one.report()
                                    .orElseThrow()
                                    .measuredAt()
                                    .isAfter(other.report().get().measuredAt()));
        }

        private Optional<HostName> hostOf(MeasuredNode node) {
            return hostBoard.inventory().hosts().stream()
                    .map(Host::name)
                    .filter(name -> node.seesWholeMachine()
                            && hostBoard
                                    .of(name)
                                    .report()
                                    .filter(report -> report.bootId().equals(node.bootId()))
                                    .isPresent())
                    .findFirst();
        }

        /** Names the machine as license servers do, unless that name is taken. */
        private HostName addMachine(MeasuredNode node) {
            String hostname = node.sample().hostname();
            String base = HostName.isWord(hostname) ? hostname : "node-" + hostname.replaceAll("[^A-Za-z0-9._-]", "-");
            HostName name = new HostName(base);
            for (int i = 2; statuses.containsKey(name); i++) {
                name = new HostName(base + "-" + i);
            }
            hosts.add(Host.named(name.value()));
            return name;
        }
    }
}
