package io.jenkins.plugins.loadshare.service;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The requests that wait for a slot. It checks all of them once a second, and uses a thread only for a request that is
 * due.
 */
public final class WaitingRequests {

    private static final Logger LOGGER = Logger.getLogger(WaitingRequests.class.getName());

    private final Map<WaitingRequest, AtomicBoolean> waiters =
            new ConcurrentHashMap<>(); // the value is whether the request is being tried
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Executor workers;

    WaitingRequests(ScheduledExecutorService timer, Executor workers) {
        this.workers = workers;
        timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    /** Adds a request. It is tried at once, and later whenever it is due. */
    public void enter(WaitingRequest waiter) {
        AtomicBoolean busy = new AtomicBoolean();
        waiters.put(waiter, busy);
        attempt(waiter, busy);
    }

    public void leave(WaitingRequest waiter) {
        waiters.remove(waiter);
    }

    /** Returns the build of each waiting request, by the ID of its ticket. */
    public Map<String, String> builds() {
        Map<String, String> builds = new HashMap<>();
        waiters.keySet().forEach(waiter -> waiter.id().ifPresent(id -> builds.put(id, waiter.build())));
        return builds;
    }

    private void look() {
        if (!waiters.isEmpty() && looking.compareAndSet(false, true)) {
            workers.execute(() -> {
                try {
                    waiters.forEach((waiter, busy) -> {
                        if (!busy.get() && isDue(waiter)) {
                            attempt(waiter, busy);
                        }
                    });
                } finally {
                    looking.set(false);
                }
            });
        }
    }

    /**
     * Returns whether a request is due. If the check fails, returns true: the attempt then reports the cause, and no
     * other request waits because of it.
     */
    private static boolean isDue(WaitingRequest waiter) {
        try {
            return waiter.isDue();
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, "It is not known whether to try", e);
            return true;
        }
    }

    private void attempt(WaitingRequest waiter, AtomicBoolean busy) {
        if (busy.compareAndSet(false, true)) {
            workers.execute(() -> {
                try {
                    if (waiters.containsKey(waiter)) {
                        waiter.tryNow();
                    }
                } finally {
                    busy.set(false);
                }
            });
        }
    }
}
