package io.jenkins.plugins.loadshare.nodes;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.PeriodicWork;
import hudson.model.Queue;
import hudson.model.queue.QueueListener;
import hudson.model.queue.WorkUnit;
import io.jenkins.plugins.loadshare.settings.Settings;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Gets seats for builds that need a license, in the background: every second, and when such a build enters the Queue. What
 * state a build is in follows from where it is found, in the Queue, on an executor, or nowhere, so nothing is missed, and
 * nothing needs to be remembered over a restart but the ledger: promises to builds that did not survive one are refuted by
 * the next scan.
 */
@Extension
public final class SeatDesk extends PeriodicWork {

    private static final Logger LOGGER = Logger.getLogger(SeatDesk.class.getName());

    private final Map<Long, SeatRequest> requests = new ConcurrentHashMap<>();
    private final AtomicBoolean asked = new AtomicBoolean();
    private final SeatRound round = new SeatRound(requests);

    static SeatDesk get() {
        return ExtensionList.lookupSingleton(SeatDesk.class);
    }

    /** The wish of a build in the Queue; null if it is not known yet. Any thread may call; it takes no lock. */
    SeatRequest request(long item) {
        return requests.get(item);
    }

    /** What is promised on machines. Any thread may call; it takes no lock. */
    Books books() {
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
            Computer.threadPoolForRemoting.submit(this::work);
        }
    }

    private void work() {
        asked.set(false);
        try {
            run(Settings.current());
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "Seats of licenses are not handed out at the moment", e);
        }
    }

    private synchronized void run(Settings settings) {
        Map<Long, Queue.Item> queued = new HashMap<>();
        for (Queue.Item item : Jenkins.get().getQueue().getItems()) {
            LicenseProperty.neededBy(item.task).ifPresent(license -> queued.put(item.getId(), item));
        }
        Set<Long> running = running(); // after the Queue, so that a build that goes there meanwhile is seen
        if (queued.isEmpty() && requests.isEmpty() && !settings.balancer().enabled()) {
            return;
        }
        round.run(settings, NodeScans.get().machines(), queued, running);
    }

    private static Set<Long> running() {
        Set<Long> items = new HashSet<>();
        for (Computer computer : Jenkins.get().getComputers()) {
            for (Executor executor : computer.getExecutors()) {
                WorkUnit unit = executor.getCurrentWorkUnit();
                if (unit != null) {
                    items.add(unit.context.item.getId());
                }
            }
        }
        return items;
    }

    /** Notices at once that a build waits. */
    @Extension
    public static final class Arrivals extends QueueListener {

        @Override
        public void onEnterBlocked(Queue.BlockedItem item) {
            if (LicenseProperty.neededBy(item.task).isPresent()) {
                get().ask();
            }
        }
    }
}
