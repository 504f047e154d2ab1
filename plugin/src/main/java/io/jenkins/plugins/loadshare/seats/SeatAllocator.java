package io.jenkins.plugins.loadshare.seats;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.Computer;
import hudson.model.PeriodicWork;
import hudson.model.Queue;
import hudson.model.queue.QueueListener;
import io.jenkins.plugins.loadshare.nodes.NodeScans;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.LoadshareException;
import io.loadshare.load.LoadBoard;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Acquires seats for builds that need a license, in the background: every second, and when such a build enters the
 * Queue. The state of a build follows from where it is: in the Queue, on an executor, or nowhere, so no change is
 * missed. {@link SeatRecovery} describes how seats survive a restart; the next scan removes the reservations of builds
 * that did not survive.
 *
 * <p>A {@link LicenseNeed} determines which builds need a license. Other code sees the load of hosts through {@link
 * #showing}.
 */
@Extension
public final class SeatAllocator extends PeriodicWork {

    private static final Logger LOGGER = Logger.getLogger(SeatAllocator.class.getName());

    private final ConcurrentMap<Long, SeatRequest> requests = new ConcurrentHashMap<>();
    private final AtomicBoolean asked = new AtomicBoolean();
    private final SeatRound round = round(requests, new JenkinsBuilds(Jenkins.get()), JenkinsState.get());
    private volatile String complaint = "";

    private static SeatRound round(ConcurrentMap<Long, SeatRequest> requests, Builds builds, JenkinsState state) {
        return new SeatRound(
                requests,
                new SeatRecovery(state, builds),
                builds,
                state::ledger,
                books -> NodeScans.get().publish(books),
                InstantSource.system());
    }

    public static SeatAllocator get() {
        return ExtensionList.lookupSingleton(SeatAllocator.class);
    }

    /** Runs before the first scan, which could remove the reservations of running builds. */
    @Initializer(after = InitMilestone.SYSTEM_CONFIG_ADAPTED, before = InitMilestone.JOB_LOADED)
    public static void recover() {
        SeatAllocator allocator = get();
        synchronized (allocator) {
            try {
                allocator.round.recover();
            } catch (LoadshareException e) {
                LOGGER.log(Level.WARNING, "Seats of running builds may be given to others: {0}", e.getMessage());
            }
        }
    }

    /**
     * Returns the board with the builds that hold license seats added to the jobs of their machines, because no probe
     * can see these builds. Code that places or counts jobs by a board, or removes reservations that a board refutes,
     * must use this view. Returns the same object for a board while the builds are the same. Any thread may call.
     */
    public LoadBoard showing(LoadBoard board) {
        return round.seated().over(board);
    }

    /**
     * Returns the seat request of a build in the Queue, or null if it is unknown so far. Any thread may call, without a
     * lock.
     */
    SeatRequest request(long item) {
        return requests.get(item);
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

    /** Logs a repeated problem once. */
    private void complain(String message, RuntimeException fault) {
        if (!message.equals(complaint)) {
            complaint = message;
            LOGGER.log(Level.WARNING, fault, () -> "License seats cannot be assigned at the moment: " + message);
        }
    }

    private synchronized void run(Settings settings) {
        round.recover();
        round.run(settings, NodeScans.get().machines(), NodeScans.areRanked(settings));
    }

    /** Reacts at once to a build that enters the Queue. */
    @Extension
    public static final class Arrivals extends QueueListener {

        @Override
        public void onEnterBlocked(Queue.BlockedItem item) {
            if (!LicenseNeed.all(item).isEmpty()) {
                get().ask();
            }
        }
    }
}
