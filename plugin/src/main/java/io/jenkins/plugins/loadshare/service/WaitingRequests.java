package io.jenkins.plugins.loadshare.service;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Those who wait for a place: one look at all of them a second, and a thread only for who may have luck. */
public final class WaitingRequests {

    private static final Logger LOGGER = Logger.getLogger(WaitingRequests.class.getName());

    private final Map<WaitingRequest, AtomicBoolean> waiters =
            new ConcurrentHashMap<>(); // to whether it is being tried
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Executor workers;

    WaitingRequests(ScheduledExecutorService timer, Executor workers) {
        this.workers = workers;
        timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    /** Tries at once, and from then on when it is due. */
    public void enter(WaitingRequest waiter) {
        AtomicBoolean busy = new AtomicBoolean();
        waiters.put(waiter, busy);
        attempt(waiter, busy);
    }

    public void leave(WaitingRequest waiter) {
        waiters.remove(waiter);
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

    /** One for whom that cannot be told is to find out why, and no other waits because of it. */
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
