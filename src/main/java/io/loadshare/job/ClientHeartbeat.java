package io.loadshare.job;

import io.loadshare.transport.RemoteProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a foreground job's host, every few seconds, that the client is still there. */
final class ClientHeartbeat implements AutoCloseable {

    /**
     * @param beat between two signs of life
     * @param limit after the last sign of life the job is ended; a whole, even number of seconds
     */
    record Pace(Duration beat, Duration limit) {

        static final Pace DEFAULT = new Pace(Duration.ofSeconds(5), Duration.ofSeconds(30));

        Pace {
            if (limit.toMillis() % 2000 != 0 || limit.compareTo(beat.multipliedBy(2)) < 0) {
                throw new IllegalArgumentException(
                        "limit must be an even number of seconds and ≥ 2 beats of " + beat + ", was " + limit);
            }
        }

        /** Half the limit, as the host counts it. */
        long spanSeconds() {
            return limit.toSeconds() / 2;
        }
    }

    private static final char BEAT = '.';
    private static final char HOLD = 'h';

    private final RemoteProcess holder;
    private final Duration beat;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean held;

    ClientHeartbeat(RemoteProcess holder, Duration beat) {
        this.holder = holder;
        this.beat = beat;
        Thread thread = new Thread(this::keepBeating, "loadshare-leash");
        thread.setDaemon(true);
        thread.start();
    }

    private void keepBeating() {
        try {
            while (!closed.await(beat.toMillis(), TimeUnit.MILLISECONDS)) {
                beatUnlessHeld();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void beatUnlessHeld() {
        if (!held) {
            send(BEAT);
        }
    }

    /** No beats until {@link #release}, and the host is not to expect any. */
    synchronized void hold() {
        held = true;
        send(HOLD);
    }

    synchronized void release() {
        held = false;
        send(BEAT);
    }

    private void send(char sign) {
        try {
            holder.stdin().write(new byte[] {(byte) sign});
            holder.stdin().flush();
        } catch (IOException e) {
            // The connection is gone: the program's own streams tell that to whoever reads them.
        }
    }

    /** The host sees the end of our input; if the job has ended it lets go at once. */
    @Override
    public void close() {
        closed.countDown();
        holder.close();
    }
}
