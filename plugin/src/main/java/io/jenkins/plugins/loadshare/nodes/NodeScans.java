package io.jenkins.plugins.loadshare.nodes;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.PeriodicWork;
import hudson.model.Saveable;
import hudson.model.TaskListener;
import hudson.model.listeners.SaveableListener;
import hudson.remoting.VirtualChannel;
import hudson.slaves.ComputerListener;
import hudson.util.ConsistentHash;
import io.jenkins.plugins.loadshare.settings.LoadshareConfiguration;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.config.Configuration;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.probe.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import jenkins.util.Timer;

/**
 * Measures the machines of all nodes through their agents: every {@code scan.interval}, and a node when it comes
 * online.
 *
 * <p>All agents are queried at once with one common deadline; a hung agent costs the deadline once and counts as
 * unknown. The result is published as one immutable object, {@link #machines}, which readers use without a lock. Rounds
 * never overlap.
 */
@Extension
public final class NodeScans extends PeriodicWork {

    private static final Logger LOGGER = Logger.getLogger(NodeScans.class.getName());

    /** How often to check whether a scan is due. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    /** Changes within this time are handled together. */
    private static final Duration GATHERING = Duration.ofMillis(500);

    private volatile MachineInventory machines = MachineInventory.NONE;
    private volatile MachineLedger ledger = MachineLedger.none(machines);
    private volatile Map<String, HostStatus> statuses = Map.of();

    private final Object round = new Object();
    private final Map<String, MeasuredNode> measured = new TreeMap<>(); // guarded by round
    private Map<String, Integer> executors = Map.of(); // guarded by round
    private ConsistentHash<String> affinity = new ConsistentHash<>(); // guarded by round

    private final Set<String> asked = new HashSet<>(); // guarded by itself
    private Instant nextScan = Instant.MIN; // guarded by asked
    private boolean scheduled; // guarded by asked
    private boolean awaited; // guarded by asked

    public static NodeScans get() {
        return ExtensionList.lookupSingleton(NodeScans.class);
    }

    /** Returns the current machines. Any thread may call, also under the Queue's lock. */
    public MachineInventory machines() {
        return machines;
    }

    /** Returns the machines with their ledger entries, without them until they were read again after a scan. */
    public MachineLedger ledger() {
        MachineInventory now = machines;
        MachineLedger read = ledger;
        return read.machines() == now ? read : MachineLedger.none(now);
    }

    /** Publishes the ledger entries of the machines to all who call {@link #ledger}. */
    public void publish(MachineLedger read) {
        ledger = read;
    }

    /** Returns each Linux node that has ever answered, by name. Any thread may call. */
    Map<String, HostStatus> statuses() {
        return statuses;
    }

    /** Returns whether nodes are measured, that is, whether a feature needs it. */
    public static boolean isWanted() {
        return isWanted(Settings.current());
    }

    /** Starts measuring all nodes in the background, if nodes are measured; {@link #isAwaited} until then. */
    public void scanSoon() {
        if (isWanted()) {
            synchronized (asked) {
                awaited = true;
            }
            schedule(names(Jenkins.get().getComputers()));
        }
    }

    public boolean isAwaited() {
        synchronized (asked) {
            return awaited;
        }
    }

    /** Handles new reports of the hosts reached by SSH. */
    public void hostsChanged() {
        schedule(List.of());
    }

    @Override
    public long getRecurrencePeriod() {
        return LOOK.toMillis();
    }

    @Override
    protected void doRun() {
        Settings settings = Settings.current();
        synchronized (asked) {
            if (!isWanted(settings) || Instant.now().isBefore(nextScan)) {
                return;
            }
            nextScan = Instant.now().plus(settings.core().scan().interval());
        }
        schedule(names(Jenkins.get().getComputers()));
    }

    private static boolean isWanted(Settings settings) {
        return settings.balancer().enabled() || !settings.core().licenses().isEmpty();
    }

    private void schedule(Collection<String> nodes) {
        synchronized (asked) {
            asked.addAll(nodes);
            if (!scheduled) {
                scheduled = true;
                Timer.get()
                        .schedule(
                                () -> Computer.threadPoolForRemoting.execute(this::work),
                                GATHERING.toMillis(),
                                TimeUnit.MILLISECONDS);
            }
        }
    }

    private void work() {
        Set<String> nodes;
        boolean answers;
        synchronized (asked) {
            nodes = Set.copyOf(asked);
            asked.clear();
            scheduled = false;
            answers = awaited;
        }
        try {
            scan(nodes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Jenkins is shutting down
        } catch (RuntimeException e) {
            Level level = Jenkins.getInstanceOrNull() == null ? Level.FINE : Level.WARNING; // it may have shut down
            LOGGER.log(level, "The load of the nodes " + nodes + " was not measured", e);
        } finally {
            synchronized (asked) {
                awaited = awaited && !answers;
            }
        }
    }

    /** Measures all online nodes and returns when done. */
    public void scan() throws InterruptedException {
        scan(names(Jenkins.get().getComputers()));
    }

    private static List<String> names(Computer[] computers) {
        List<String> names = new ArrayList<>();
        for (Computer computer : computers) {
            names.add(computer.getName());
        }
        return names;
    }

    private void scan(Collection<String> names) throws InterruptedException {
        Settings settings = Settings.current();
        synchronized (round) {
            Map<String, VirtualChannel> channels = new HashMap<>();
            for (String name : names) {
                Computer computer = Jenkins.get().getComputer(name);
                VirtualChannel channel = computer == null ? null : computer.getChannel();
                if (channel != null) {
                    channels.put(name, channel);
                }
            }
            NodeRound.measure(
                    channels, probe(settings.core()), settings.core().scan().timeout(), measured);
            publish(settings);
        }
    }

    private static Probe probe(Configuration configuration) {
        return new Probe(
                configuration.licenses().stream()
                        .map(license -> new Probe.LicensedProcess(license.name(), license.process()))
                        .toList(),
                configuration.scan().check(),
                configuration.scan().timeout().dividedBy(2));
    }

    private void publish(Settings settings) {
        Map<String, Node> nodes = nodes();
        measured.keySet().retainAll(nodes.keySet());
        machines = new MachineInventory.Builder(
                        hostBoard(settings), machines.board().inventory())
                .build(
                        measured.values(),
                        covered(nodes, settings.balancer().nodes()),
                        settings.balancer().nodes(),
                        affinity(nodes));
        statuses = measured.values().stream()
                .collect(Collectors.toUnmodifiableMap(MeasuredNode::name, MeasuredNode::status));
        ExtensionList.lookup(MachinesListener.class).forEach(listener -> listener.measured(machines.board()));
    }

    private static Map<String, Node> nodes() {
        Map<String, Node> nodes = new HashMap<>();
        for (Computer computer : Jenkins.get().getComputers()) {
            Node node = computer.getNode();
            if (node != null) {
                nodes.put(node.getNodeName(), node);
            }
        }
        return nodes;
    }

    private static Set<String> covered(Map<String, Node> nodes, Optional<Label> label) {
        Set<String> covered = new HashSet<>();
        label.ifPresent(expression -> nodes.forEach((name, node) -> {
            if (expression.contains(node)) {
                covered.add(name);
            }
        }));
        return covered;
    }

    /** Rebuilt only when nodes have changed, because it is expensive. */
    private ConsistentHash<String> affinity(Map<String, Node> nodes) {
        Map<String, Integer> now = new HashMap<>();
        nodes.forEach((name, node) -> now.put(name, node.getNumExecutors()));
        if (!now.equals(executors)) {
            Map<String, Integer> weights = new HashMap<>();
            now.forEach((name, count) -> weights.put(name, 100 * count));
            ConsistentHash<String> hash = new ConsistentHash<>();
            hash.addAll(weights);
            affinity = hash;
            executors = now;
        }
        return affinity;
    }

    private static LoadBoard hostBoard(Settings settings) {
        LoadBoard empty = LoadBoard.empty(settings.core().inventory());
        return ExtensionList.lookup(HostReports.class).stream()
                .map(HostReports::latest)
                .filter(board -> board.inventory() == empty.inventory())
                .findFirst()
                .orElse(empty);
    }

    /** Measures a node as soon as it is online. */
    @Extension
    public static final class Arrivals extends ComputerListener {

        @Override
        public void onOnline(Computer computer, TaskListener listener) {
            ask(List.of(computer.getName()));
        }

        @Override
        public void onConfigurationChange() {
            ask(List.of());
        }
    }

    /** Follows changes of the settings. */
    @Extension
    public static final class Changes extends SaveableListener {

        @Override
        public void onChange(Saveable saved, hudson.XmlFile file) {
            if (saved instanceof LoadshareConfiguration) {
                NodeScans scans = get();
                synchronized (scans.asked) {
                    scans.nextScan = Instant.MIN;
                }
                ask(List.of());
            }
        }
    }

    private static void ask(List<String> nodes) {
        try {
            NodeScans scans = get();
            if (isWanted(Settings.current())) {
                scans.schedule(nodes);
            }
        } catch (LoadshareException e) {
            LOGGER.log(Level.FINE, "Nodes are not measured", e);
        }
    }
}
