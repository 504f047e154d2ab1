package io.loadshare.job.ssh;

import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobListener;
import io.loadshare.job.OutputCursor;
import io.loadshare.transport.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A watcher of jobs until they end. One command on one connection polls all jobs of a host. While the jobs of a host
 * print nothing, the pauses between polls grow, as {@link Pace} defines. This class is thread-safe.
 */
final class JobWatcher {

    /**
     * How often a host is polled.
     *
     * @param first the pause after output or after a new job
     * @param factor the growth of the pause with each poll without output
     * @param most the longest pause
     * @param answer the time limit of one answer
     * @param giveUp how long a host may be unreachable; {@code job.unreachableTimeout}
     */
    record Pace(Duration first, double factor, Duration most, Duration answer, Duration giveUp) {

        public Pace {
            if (first.isNegative() || first.isZero() || most.compareTo(first) < 0 || !(factor >= 1)) {
                throw new IllegalArgumentException(
                        "pauses must be 0 < first ≤ most and factor ≥ 1, was " + first + ", " + most + ", " + factor);
            }
        }

        static Pace giveUpAfter(Duration unreachableTimeout) {
            return new Pace(
                    Duration.ofMillis(250), 1.2, Duration.ofSeconds(4), Duration.ofSeconds(20), unreachableTimeout);
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

    /** @param executor runs the polls; must have as many threads as hosts are to be polled at the same time */
    JobWatcher(Transport transport, ScheduledExecutorService executor, InstantSource clock, Pace pace) {
        this.transport = transport;
        this.executor = executor;
        this.clock = clock;
        this.pace = pace;
    }

    /** Watches a job, starting at a cursor. */
    JobEngine.Watch watch(Host host, Job job, OutputCursor from, JobListener listener) {
        return hosts.computeIfAbsent(host, key -> new HostJobPoller(key, transport, executor, clock, pace))
                .add(new WatchedJob(job, from, listener));
    }
}
