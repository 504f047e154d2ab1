package io.jenkins.plugins.loadshare.nodes;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.LoadBalancer;
import hudson.model.Queue;
import hudson.model.Queue.Task;
import hudson.model.queue.MappingWorksheet;
import hudson.model.queue.MappingWorksheet.Mapping;
import hudson.model.queue.MappingWorksheet.WorkChunk;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.Placer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Sends builds to the least loaded node, by the model that also places jobs on hosts: builds for a label with the
 * strategy ({@link LeastLoadedLabels}), and by default all others if the settings enable it. The previous balancer
 * decides for the rest: for builds that may run on a node outside the configured label, for builds without a measured
 * node with a free executor, and for all builds after an internal error.
 *
 * <p>Called under the lock of the Queue, so it reads the measurements of {@link NodeScans} from memory and does no I/O.
 */
public final class LeastLoadedBalancer extends LoadBalancer {

    private static final Logger LOGGER = Logger.getLogger(LeastLoadedBalancer.class.getName());

    /** How often a repeated internal error is logged. */
    private static final Duration BETWEEN_COMPLAINTS = Duration.ofMinutes(1);

    private final LoadBalancer previous;
    private final Supplier<Settings> settings;
    private final LeastLoadedLabels labels;
    private final Supplier<MachineLedger> books;
    private final ToIntFunction<String> busyExecutors;
    private final AtomicLong lastComplaint = new AtomicLong(System.nanoTime() - BETWEEN_COMPLAINTS.toNanos());
    private Judge judge = new Judge(null, null);

    /** The placer for the settings, which caches machines that have not changed. */
    private record Judge(PlacementSettings settings, Placer placer) {}

    /**
     * @param previous decides where this balancer does not
     * @param settings returns the current settings
     * @param labels the labels with the strategy
     * @param books returns the machines of nodes with their load and reservations
     * @param busyExecutors returns the number of busy executors of a node
     */
    LeastLoadedBalancer(
            LoadBalancer previous,
            Supplier<Settings> settings,
            LeastLoadedLabels labels,
            Supplier<MachineLedger> books,
            ToIntFunction<String> busyExecutors) {
        this.previous = previous;
        this.settings = settings;
        this.labels = labels;
        this.books = books;
        this.busyExecutors = busyExecutors;
    }

    /** Installs the balancer after the configuration is loaded and before the items of the Queue are. */
    @Initializer(after = InitMilestone.SYSTEM_CONFIG_ADAPTED, before = InitMilestone.JOB_LOADED)
    public static void install() {
        Queue queue = Jenkins.get().getQueue();
        queue.setLoadBalancer(new LeastLoadedBalancer(
                queue.getLoadBalancer(),
                Settings::current,
                LeastLoadedLabels.get(),
                () -> NodeScans.get().ledger(),
                NodeScans::busyExecutors));
    }

    @Override
    @CheckForNull
    public Mapping map(@NonNull Task task, MappingWorksheet worksheet) {
        Mapping mapping = null;
        try {
            mapping = leastLoaded(task, worksheet);
        } catch (Throwable e) { // would end the pass for all builds behind this one
            complain(task, e);
        }
        return mapping == null ? previous.map(task, worksheet) : mapping;
    }

    private Mapping leastLoaded(Task task, MappingWorksheet worksheet) {
        Settings now = settings.get();
        MachineLedger known = books.get();
        Set<String> atoms = atoms(worksheet);
        if (atoms.isEmpty() && !isCovered(worksheet, now.balancer(), known.machines())) {
            return null;
        }
        NodeAssignment assignment =
                new NodeAssignment(task, worksheet, known, placer(now.core().placement()), busyExecutors);
        Mapping mapping = assignment.find();
        if (mapping != null && !atoms.isEmpty()) {
            labels.placements().note(atoms, assignment.placement());
        }
        return mapping;
    }

    /** Returns the label atoms with the strategy; none unless each part of the task is for such a label. */
    private Set<String> atoms(MappingWorksheet worksheet) {
        Set<String> all = new HashSet<>();
        for (WorkChunk work : worksheet.works) {
            Set<String> atoms = labels.atoms(work.assignedLabel);
            if (atoms.isEmpty()) {
                return atoms;
            }
            all.addAll(atoms);
        }
        return all;
    }

    private static boolean isCovered(
            MappingWorksheet worksheet, Settings.Balancer balancer, MachineInventory machines) {
        return balancer.enabled()
                && worksheet.executors.stream().allMatch(chunk -> machines.covers(chunk.node, balancer.nodes()));
    }

    /** Calls of {@link #map} are serialized by the Queue's lock. */
    private Placer placer(PlacementSettings settings) {
        if (judge.settings != settings) {
            judge = new Judge(settings, new Placer(settings.withoutSlotLimit()));
        }
        return judge.placer;
    }

    private void complain(Task task, Throwable fault) {
        try {
            long now = System.nanoTime();
            long last = lastComplaint.get();
            if (now - last >= BETWEEN_COMPLAINTS.toNanos() && lastComplaint.compareAndSet(last, now)) {
                LOGGER.log(
                        Level.WARNING,
                        fault,
                        () -> "The load of nodes is not used to place " + task.getName()
                                + " because of an internal error; reported at most once a minute");
            }
        } catch (Throwable e) {
            // A missing log message is better than a stopped Queue.
        }
    }
}
