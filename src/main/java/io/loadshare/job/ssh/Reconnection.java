package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.job.OutputCursor;
import io.loadshare.transport.TransportException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The attempts to replace the lost connection of a foreground job: at once, and then with growing pauses. */
final class Reconnection {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final JobConnector connector;
    private final Duration limit;
    private final CountDownLatch closed;
    private final long start;

    /**
     * @param limit how long to try
     * @param closed ends the attempts when it reaches zero
     */
    Reconnection(JobConnector connector, Duration limit, CountDownLatch closed) {
        this.connector = connector;
        this.limit = limit;
        this.closed = closed;
        this.start = connector.nanoClock().getAsLong();
    }

    /**
     * @param received how much of the job's output the client has received
     * @throws LoadshareException why the last attempt failed
     */
    JobConnection open(Supplier<OutputCursor> received, JobConnection.Receiver receiver)
            throws JobConnection.RefusedException, InterruptedException {
        Duration pause = Duration.ZERO;
        while (true) {
            if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TransportException(TransportException.Reason.LOST, "the job was let go", null);
            }
            try {
                return connector.rejoin(received.get(), receiver);
            } catch (LoadshareException e) {
                boolean hopeless = e instanceof TransportException failure
                        && failure.reason() == TransportException.Reason.HOST_KEY;
                if (hopeless || closed.getCount() == 0 || lasted().compareTo(limit) > 0) {
                    throw e;
                }
            }
            Duration next = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
            pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
        }
    }

    /** Returns the time since the first attempt. */
    Duration lasted() {
        return Duration.ofNanos(connector.nanoClock().getAsLong() - start);
    }
}
