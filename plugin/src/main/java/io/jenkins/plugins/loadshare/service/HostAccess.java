package io.jenkins.plugins.loadshare.service;

import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobListener;
import io.loadshare.job.JobSettings;
import io.loadshare.job.OutputCursor;
import io.loadshare.job.ssh.RemoteFiles;
import io.loadshare.job.ssh.SshJobEngine;
import io.loadshare.transport.Transport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The access to all hosts with one login: one connection per host, on which all its jobs are watched. Thread-safe. */
public final class HostAccess {

    private final Transport transport;
    private final JobEngine engine;
    private final InstantSource clock;
    private final AtomicInteger watches = new AtomicInteger();
    private volatile Instant used;

    HostAccess(Transport transport, JobSettings settings, ScheduledExecutorService polls, InstantSource clock) {
        this.transport = transport;
        this.engine = new SshJobEngine(transport, settings, polls, clock);
        this.clock = clock;
        touch();
    }

    public JobEngine engine() {
        return engine;
    }

    /** Returns access to the files that jobs leave on their hosts. */
    public RemoteFiles files() {
        return new RemoteFiles(transport);
    }

    /** Keeps the connections open until the returned lease is closed. */
    public Lease lease() {
        watches.incrementAndGet();
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                touch();
                watches.decrementAndGet();
            }
        };
    }

    /** A use of the connections. Closing it again changes nothing. */
    public interface Lease extends AutoCloseable {
        @Override
        void close();
    }

    /** Watches a job, as {@link JobEngine#watch} does. */
    public JobEngine.Watch watch(Host host, Job job, OutputCursor from, JobListener listener) {
        Lease lease = lease();
        JobEngine.Watch watch = engine.watch(host, job, from, listener);
        return () -> {
            watch.close();
            lease.close();
        };
    }

    public Transport transport() {
        return transport;
    }

    HostAccess touch() {
        used = clock.instant();
        return this;
    }

    /** Returns whether the access was not requested and no job was watched for the given time. */
    boolean isIdle(Duration time) {
        return watches.get() == 0 && used.plus(time).isBefore(clock.instant());
    }
}
