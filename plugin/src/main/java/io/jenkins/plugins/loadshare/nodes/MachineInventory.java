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
 * All machines and their load at one moment: the configured hosts at their positions, followed by the machines of nodes
 * that are not configured hosts. A node and a host with the same boot ID are one machine, as are nodes whose agents see
 * the same processes. Immutable.
 */
public final class MachineInventory {

    static final MachineInventory NONE = new MachineInventory(
            LoadBoard.empty(new HostInventory(List.of(), List.of())),
            Map.of(),
            Map.of(),
            Set.of(),
            Optional.empty(),
            new ConsistentHash<>());

    private final LoadBoard board;
    private final Map<String, Integer> positions;
    private final Map<String, String> users;
    private final List<List<String>> nodes;
    private final Set<String> covered;
    private final Optional<Label> label;
    private final ConsistentHash<String> affinity;

    /**
     * @param positions of the machines of nodes that answered, by the node's name
     * @param users login names of the agents of these nodes
     * @param covered names of nodes that match {@code label}
     * @param affinity all nodes, weighted as Jenkins does
     */
    MachineInventory(
            LoadBoard board,
            Map<String, Integer> positions,
            Map<String, String> users,
            Set<String> covered,
            Optional<Label> label,
            ConsistentHash<String> affinity) {
        this.board = board;
        this.positions = Map.copyOf(positions);
        this.users = Map.copyOf(users);
        this.nodes = new ArrayList<>();
        for (int i = 0; i < board.inventory().size(); i++) {
            nodes.add(new ArrayList<>());
        }
        positions.forEach((node, position) -> nodes.get(position).add(node));
        this.covered = Set.copyOf(covered);
        this.label = label;
        this.affinity = affinity;
    }

    /** Returns the load of each machine; for the machines of nodes, as measured by their agents. */
    public LoadBoard board() {
        return board;
    }

    /** Returns the position of a node's machine, or -1 if it is unknown. */
    public int position(String node) {
        return positions.getOrDefault(node, -1);
    }

    /** Returns the login name of a node's agent, whose position must be known. */
    public String user(String node) {
        return users.get(node);
    }

    /** Returns the name of the machine at a position. */
    public HostName name(int position) {
        return board.inventory().at(position).name();
    }

    /** Returns the nodes whose machines are known. */
    public Set<String> nodes() {
        return positions.keySet();
    }

    /** Returns the names of the nodes on the machine at a position. */
    List<String> nodesAt(int position) {
        return nodes.get(position);
    }

    /** Returns whether a node matches the label expression in the settings. */
    boolean covers(Node node, Optional<Label> expression) {
        if (expression.isEmpty()) {
            return true;
        }
        boolean known = expression.equals(label);
        return known && covered.contains(node.getNodeName())
                || !known && expression.get().contains(node);
    }

    /** Returns all nodes, starting with the one that Jenkins would choose for a task with this key. */
    Iterable<String> byAffinity(String key) {
        return affinity.list(key);
    }

    /** Determines which nodes and hosts are the same machine. */
    static final class Builder {

        /** Leaves room for a number. */
        private static final int LONGEST_BASE = 240;

        private final List<Host> hosts;
        private final LoadBoard hostBoard;
        private final HostInventory before;
        private final Map<HostName, HostStatus> statuses = new HashMap<>();
        private final Map<String, HostName> names = new LinkedHashMap<>();

        /** @param before the current inventory */
        Builder(LoadBoard hostBoard, HostInventory before) {
            this.hostBoard = hostBoard;
            this.before = before;
            this.hosts = new ArrayList<>(hostBoard.inventory().hosts());
            for (int i = 0; i < hosts.size(); i++) {
                statuses.put(hosts.get(i).name(), hostBoard.at(i));
            }
        }

        MachineInventory build(
                Collection<MeasuredNode> measured,
                Set<String> covered,
                Optional<Label> label,
                ConsistentHash<String> affinity) {
            measured.forEach(this::add);
            HostInventory inventory = inventory();
            Map<String, Integer> positions = new HashMap<>();
            Map<String, String> users = new HashMap<>();
            for (MeasuredNode node : measured) {
                if (node.answered()) {
                    positions.put(node.name(), inventory.position(names.get(node.machine())));
                    users.put(node.name(), node.sample().user());
                }
            }
            return new MachineInventory(LoadBoard.of(inventory, statuses), positions, users, covered, label, affinity);
        }

        /**
         * Returns the previous inventory if nothing has changed, because ledgers and decisions belong to one inventory.
         */
        private HostInventory inventory() {
            HostInventory now = new HostInventory(hosts, hostBoard.inventory().pools());
            boolean same = now.hosts().equals(before.hosts()) && now.pools().equals(before.pools());
            return same ? before : now;
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
                                    .filter(report -> report.boot().id().equals(node.bootId()))
                                    .isPresent())
                    .findFirst();
        }

        /** Names the machine as license servers do, unless that name is in use. */
        private HostName addMachine(MeasuredNode node) {
            String hostname = node.sample().hostname();
            String base = HostName.isWord(hostname) ? hostname : "node-" + hostname.replaceAll("[^A-Za-z0-9._-]", "-");
            base = base.substring(0, Math.min(base.length(), LONGEST_BASE));
            HostName name = new HostName(base);
            for (int i = 2; statuses.containsKey(name); i++) {
                name = new HostName(base + "-" + i);
            }
            hosts.add(Host.named(name.value()));
            return name;
        }
    }
}
