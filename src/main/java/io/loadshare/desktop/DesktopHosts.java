package io.loadshare.desktop;

import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobSpec;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Access to the desktops of one login on hosts. It is safe for use by several threads.
 *
 * @param engine starts jobs without a lower priority
 * @param timeout how long a host may take to answer
 * @param nanoClock as {@link System#nanoTime}
 */
public record DesktopHosts(JobEngine engine, Transport transport, Duration timeout, LongSupplier nanoClock) {

    private static final Duration END_GRACE = Duration.ofSeconds(2);

    /** Returns a desktop as its host shows it; empty if no viewer can connect. */
    public Optional<Desktop> find(Host host, String id) {
        return state(host, id, Duration.ZERO).desktop();
    }

    /** Asks a host for the state of a desktop, and waits at most this long until it is ready or over. */
    DesktopState state(Host host, String id, Duration limit) {
        return DesktopState.of(transport, host, id, limit, deadline(timeout.plus(limit)));
    }

    /** @param beforeBeginning as for {@link JobEngine#start} */
    Job start(Host host, JobSpec spec, Runnable beforeBeginning) {
        return engine.start(host, spec, beforeBeginning, deadline(timeout));
    }

    Optional<JobRecord> job(Host host, String id) {
        return engine.find(host, new JobEngine.Self(), id, deadline(timeout));
    }

    void end(Host host, Job job) {
        engine.end(host, job, END_GRACE, deadline(JobEngine.endLimit(host, END_GRACE)));
    }

    private Deadline deadline(Duration time) {
        return Deadline.after(time, nanoClock);
    }
}
