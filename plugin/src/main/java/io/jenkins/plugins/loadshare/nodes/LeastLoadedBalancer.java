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
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.Placer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Sends builds to the least loaded node, by the model that also places jobs on hosts. What it does not decide it leaves to
 * the balancer that was there before: while it is switched off, builds that may run on a node the settings leave out, builds
 * for which no measured node has an executor, and all builds while anything is wrong with itself.
 *
 * <p>Called under the lock of the Queue, so it takes what {@link NodeScans} has measured from memory, and does no I/O.
 */
public final class LeastLoadedBalancer extends LoadBalancer {

    private static final Logger LOGGER = Logger.getLogger(LeastLoadedBalancer.class.getName());

    /** A fault that is there for every build of every pass is told so often. */
    private static final Duration BETWEEN_COMPLAINTS = Duration.ofMinutes(1);

    private final LoadBalancer previous;
    private final Supplier<MachineLedger> books;
    private final AtomicLong lastComplaint = new AtomicLong(System.nanoTime() - BETWEEN_COMPLAINTS.toNanos());
    private Judge judge = new Judge(null, null);

    /** The placer for the settings; it remembers machines that have not changed. */
    private record Judge(PlacementSettings settings, Placer placer) {}

    /**
     * @param previous who decides where this one does not
     * @param books what is known of the nodes' machines and promised on them
     */
    LeastLoadedBalancer(LoadBalancer previous, Supplier<MachineLedger> books) {
        this.previous = previous;
        this.books = books;
    }

    /** Before the items of the Queue are loaded, and after the configuration. */
    @Initializer(after = InitMilestone.SYSTEM_CONFIG_ADAPTED, before = InitMilestone.JOB_LOADED)
    public static void install() {
        Queue queue = Jenkins.get().getQueue();
        queue.setLoadBalancer(new LeastLoadedBalancer(queue.getLoadBalancer(), LeastLoadedBalancer::known));
    }

    /** Books that are older than the last scan say nothing of it. */
    static MachineLedger known() {
        MachineInventory machines = NodeScans.get().machines();
        MachineLedger books = SeatAllocator.get().books();
        return books == null || books.machines() != machines ? MachineLedger.none(machines) : books;
    }

    @Override
    @CheckForNull
    public Mapping map(@NonNull Task task, MappingWorksheet worksheet) {
        Mapping mapping = null;
        try {
            mapping = leastLoaded(task, worksheet);
        } catch (Throwable e) { // would end the pass, and with it the turn of all builds behind this one
            complain(task, e);
        }
        return mapping == null ? previous.map(task, worksheet) : mapping;
    }

    private Mapping leastLoaded(Task task, MappingWorksheet worksheet) {
        Settings settings = Settings.current();
        if (!settings.balancer().enabled()) {
            return null;
        }
        MachineLedger known = books.get();
        if (worksheet.executors.stream()
                .anyMatch(chunk ->
                        !known.machines().covers(chunk.node, settings.balancer().nodes()))) {
            return null;
        }
        return new NodeAssignment(task, worksheet, known, placer(settings.core().placement())).find();
    }

    /** Calls of {@link #map} are serialised by the Queue's lock. */
    private Placer placer(PlacementSettings settings) {
        if (judge.settings != settings) {
            judge = new Judge(settings, new Placer(settings));
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
                        () -> "The load of nodes does not decide where " + task.getName()
                                + " runs, because of a fault; told at most once a minute");
            }
        } catch (Throwable e) {
            // To be silent is better than to stop the Queue.
        }
    }
}
