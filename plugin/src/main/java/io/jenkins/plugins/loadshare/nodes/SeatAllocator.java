package io.jenkins.plugins.loadshare.nodes;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.PeriodicWork;
import hudson.model.Queue;
import hudson.model.queue.QueueListener;
import hudson.model.queue.WorkUnit;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.load.LoadBoard;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Gets seats for builds that need a license, in the background: every second, and when such a build enters the Queue. What
 * state a build is in follows from where it is found, in the Queue, on an executor, or nowhere, so nothing is missed.
 * {@link SeatRecovery} tells how seats outlast a restart; promises to builds that did not are refuted by the next scan.
 *
 * <p>Others say by a {@link LicenseNeed} which builds need a license, and look at hosts through {@link #showing}.
 */
@Extension
public final class SeatAllocator extends PeriodicWork {

    private static final Logger LOGGER = Logger.getLogger(SeatAllocator.class.getName());

    private final Map<Long, SeatRequest> requests = new ConcurrentHashMap<>();
    private final AtomicBoolean asked = new AtomicBoolean();
    private final SeatRound round = new SeatRound(requests, new SeatRecovery());
    private volatile String complaint = "";

    public static SeatAllocator get() {
        return ExtensionList.lookupSingleton(SeatAllocator.class);
    }

    /** Before anyone scans, and with that may refute the promises of builds that run on. */
    @Initializer(after = InitMilestone.SYSTEM_CONFIG_ADAPTED, before = InitMilestone.JOB_LOADED)
    public static void recover() {
        SeatAllocator desk = get();
        synchronized (desk) {
            try {
                desk.round.recover();
            } catch (LoadshareException e) {
                LOGGER.log(Level.WARNING, "Seats of builds that run on may be given to others: {0}", e.getMessage());
            }
        }
    }

    /**
     * The same board, but with the builds on nodes that hold seats of licenses among the jobs of their machines, which no
     * probe can see: whoever places or counts jobs by a board, or closes promises that a board refutes, has to see it so.
     * Always the same object for one board as long as the builds are the same. Any thread may call.
     */
    public LoadBoard showing(LoadBoard board) {
        return round.seated().over(board);
    }

    /** The wish of a build in the Queue; null if it is not known yet. Any thread may call; it takes no lock. */
    SeatRequest request(long item) {
        return requests.get(item);
    }

    /** What is promised on machines. Any thread may call; it takes no lock. */
    MachineLedger books() {
        return round.books();
    }

    @Override
    public long getRecurrencePeriod() {
        return 1000;
    }

    @Override
    protected void doRun() {
        ask();
    }

    private void ask() {
        if (asked.compareAndSet(false, true)) {
            Computer.threadPoolForRemoting.execute(this::work);
        }
    }

    private void work() {
        asked.set(false);
        try {
            run(Settings.current());
            complaint = "";
        } catch (LoadshareException e) {
            complain(e.getMessage(), null);
        } catch (RuntimeException e) {
            complain(e.toString(), e);
        }
    }

    /** What is wrong each second is told once. */
    private void complain(String message, RuntimeException fault) {
        if (!message.equals(complaint)) {
            complaint = message;
            LOGGER.log(Level.WARNING, fault, () -> "Seats of licenses are not handed out at the moment: " + message);
        }
    }

    private synchronized void run(Settings settings) {
        Map<Long, Queue.Item> queued = new HashMap<>();
        for (Queue.Item item : Jenkins.get().getQueue().getItems()) {
            LicenseNeed.any(item.task).ifPresent(license -> queued.put(item.getId(), item));
        }
        Map<Long, String> running = running(); // after the Queue, so that a build that goes there meanwhile is seen
        round.recover();
        if (queued.isEmpty() && requests.isEmpty() && !settings.balancer().enabled() && !round.isRecovering()) {
            return;
        }
        round.run(settings, NodeScans.get().machines(), queued, running);
    }

    /** Names of nodes, by the ids of the items that run there. */
    private static Map<Long, String> running() {
        Map<Long, String> nodes = new HashMap<>();
        for (Computer computer : Jenkins.get().getComputers()) {
            for (Executor executor : computer.getExecutors()) {
                WorkUnit unit = executor.getCurrentWorkUnit();
                if (unit != null) {
                    nodes.put(unit.context.item.getId(), computer.getName());
                }
            }
        }
        return nodes;
    }

    /** Notices at once that a build waits. */
    @Extension
    public static final class Arrivals extends QueueListener {

        @Override
        public void onEnterBlocked(Queue.BlockedItem item) {
            if (LicenseNeed.any(item.task).isPresent()) {
                get().ask();
            }
        }
    }
}
