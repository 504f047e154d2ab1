package io.loadshare.job.ssh;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The heartbeat of the client of a foreground job. It closes a connection that does not answer, because the next one may
 * take another route.
 */
final class ClientHeartbeat {

    private static final int ALLOWED_SILENCE = 4;

    private final Duration interval;
    private final Supplier<ClientMessages> messages;
    private final CountDownLatch closed;
    private volatile boolean paused;

    /**
     * @param messages the sender to the current connection
     * @param closed ends the heartbeat when it reaches zero
     */
    ClientHeartbeat(Duration interval, Supplier<ClientMessages> messages, CountDownLatch closed) {
        this.interval = interval;
        this.messages = messages;
        this.closed = closed;
    }

    void start() {
        JobConnection.inBackground("loadshare-heartbeat", this::run);
    }

    /** Announces to the host that no heartbeat comes until {@link #resume}. */
    void pause() {
        paused = true;
        messages.get().hold();
    }

    void resume() {
        paused = false;
        messages.get().beat();
    }

    private void run() {
        try {
            while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                ClientMessages current = messages.get();
                if (current.connection().countSilence() > ALLOWED_SILENCE) {
                    current.connection()
                            .close("it has been silent for "
                                    + interval.multipliedBy(ALLOWED_SILENCE).toSeconds() + " s");
                } else if (!paused) {
                    current.beat();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
