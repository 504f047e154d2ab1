package io.jenkins.plugins.loadshare.nodes;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.PeriodicWork;
import hudson.model.Saveable;
import hudson.model.TaskListener;
import hudson.model.labels.LabelAtom;
import hudson.model.listeners.SaveableListener;
import hudson.remoting.VirtualChannel;
import hudson.slaves.ComputerListener;
import io.jenkins.plugins.loadshare.settings.LoadshareConfiguration;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import jenkins.util.Timer;

/**
 * Measures the machines of all nodes through their agents: every {@code scan.interval}, and a node when it comes
 * online.
 *
 * <p>A hung agent costs the deadline of {@link NodeMeasurements} once and counts as unknown. The result is published as
 * one immutable object, {@link #machines}, which readers use without a lock. Rounds never overlap.
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

    private final NodeMeasurements measurements = new NodeMeasurements(); // guarded by itself

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

    /** Returns the machines with their ledger entries, or without entries if a scan has ended since they were last read. */
    public MachineLedger ledger() {
        MachineInventory now = machines;
        MachineLedger read = ledger;
        return read.machines() == now ? read : MachineLedger.none(now);
    }

    /** Publishes the ledger entries of the machines to all who call {@link #ledger}. */
    public void publish(MachineLedger read) {
        ledger = read;
    }

    /** Returns all nodes with their load, in the order of Jenkins. */
    public List<NodeLoad> loads(PlacementSettings placement, Instant now) {
        return NodeLoad.all(measured(), ledger(), statuses, placement, now);
    }

    private static List<Computer> measured() {
        return Arrays.stream(Jenkins.get().getComputers())
                .filter(computer -> !(computer.getNode() instanceof PlacedNode))
                .toList();
    }

    /** Returns the number of busy executors of a node. */
    public static int busyExecutors(String node) {
        Computer computer = Jenkins.get().getComputer(node);
        return computer == null ? 0 : computer.countBusy();
    }

    /** Starts measuring all nodes in the background, if nodes are measured; {@link #isAwaited} until then. */
    public void scanSoon() {
        if (isWanted(Settings.current())) {
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

    /** Returns whether nodes are measured, that is, whether a feature needs it. */
    public static boolean isWanted(Settings settings) {
        return !settings.core().licenses().isEmpty() || areRanked(settings);
    }

    /** Returns whether builds on some nodes are placed by load. */
    public static boolean areRanked(Settings settings) {
        return settings.balancer().enabled() || LeastLoadedLabels.get().exist();
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
        synchronized (measurements) {
            measurements.measure(
                    channels(names),
                    settings.core().probe(),
                    settings.core().scan().timeout());
            machines = measurements.machines(nodes(), settings.balancer().nodes(), hostBoard(settings), machines);
            statuses = measurements.statuses();
            ExtensionList.lookup(MachinesListener.class).forEach(listener -> listener.measured(machines.board()));
        }
    }

    private static Map<String, VirtualChannel> channels(Collection<String> names) {
        Map<String, VirtualChannel> channels = new HashMap<>();
        for (String name : names) {
            Computer computer = Jenkins.get().getComputer(name);
            VirtualChannel channel = computer == null ? null : computer.getChannel();
            if (channel != null && !(computer.getNode() instanceof PlacedNode)) {
                channels.put(name, channel);
            }
        }
        return channels;
    }

    private static List<Node> nodes() {
        return Arrays.stream(Jenkins.get().getComputers())
                .map(Computer::getNode)
                .filter(node -> node != null && !(node instanceof PlacedNode))
                .toList();
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

    /** Follows changes of the settings and of labels. */
    @Extension
    public static final class Changes extends SaveableListener {

        @Override
        public void onChange(Saveable saved, hudson.XmlFile file) {
            if (saved instanceof LoadshareConfiguration || saved instanceof LabelAtom) {
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
