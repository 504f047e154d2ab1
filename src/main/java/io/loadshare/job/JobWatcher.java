package io.loadshare.job;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.transport.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Watches jobs until they end. All jobs of one host are looked at by one command on one connection; a host whose jobs print
 * nothing is asked ever more rarely, by {@link Pace}. Any thread may call.
 */
public final class JobWatcher {

    /**
     * How often a host is asked.
     *
     * @param first after output, or a new job
     * @param factor by which the pause grows each time without output
     * @param most the longest pause
     * @param answer how long one answer may take
     * @param giveUp how long a host may be unreachable; {@code job.unreachableTimeout}
     */
    public record Pace(Duration first, double factor, Duration most, Duration answer, Duration giveUp) {

        public static final Pace DEFAULT = giveUpAfter(JobSettings.DEFAULT.unreachableTimeout());

        public Pace {
            if (first.isNegative() || first.isZero() || most.compareTo(first) < 0 || !(factor >= 1)) {
                throw new IllegalArgumentException(
                        "pauses must be 0 < first ≤ most and factor ≥ 1, was " + first + ", " + most + ", " + factor);
            }
        }

        public static Pace giveUpAfter(Duration unreachableTimeout) {
            return new Pace(
                    Duration.ofMillis(250), 1.2, Duration.ofSeconds(15), Duration.ofSeconds(20), unreachableTimeout);
        }

        Duration after(Duration pause) {
            Duration longer = Duration.ofNanos((long) (pause.toNanos() * factor));
            return longer.compareTo(most) < 0 ? longer : most;
        }
    }

    private final Transport transport;
    private final ScheduledExecutorService executor;
    private final InstantSource clock;
    private final Pace pace;
    private final Map<Host, HostJobPoller> hosts = new ConcurrentHashMap<>();

    /**
     * @param executor runs the polls; needs as many threads as hosts shall be asked at the same time
     */
    public JobWatcher(Transport transport, ScheduledExecutorService executor, InstantSource clock, Pace pace) {
        this.transport = transport;
        this.executor = executor;
        this.clock = clock;
        this.pace = pace;
    }

    /** Close it to watch a job no longer; the job is not touched by that. */
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /** Watches a job from a cursor on. */
    public Watch watch(Host host, Job job, OutputCursor from, JobListener listener) {
        return hosts.computeIfAbsent(host, key -> new HostJobPoller(key, transport, executor, clock, pace))
                .add(new WatchedJob(job, from, listener));
    }

    /**
     * Follows a job to its end, which it gives; an interrupt lets go of the job, which runs on.
     *
     * @throws LoadshareException if its host stays unreachable for too long, or what the listener throws
     */
    public JobState attach(Host host, Job job, OutputCursor from, JobListener listener) throws InterruptedException {
        AttachedJob attachment = new AttachedJob(listener);
        Watch watch = watch(host, job, from, attachment);
        try {
            return attachment.await();
        } finally {
            watch.close();
        }
    }
}
