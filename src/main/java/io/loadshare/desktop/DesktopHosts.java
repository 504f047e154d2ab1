package io.loadshare.desktop;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobSpec;
import io.loadshare.job.UnansweredStartException;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Access to the desktops of one login on hosts. It is safe for use by several threads.
 *
 * @param engine starts jobs without a lower priority
 * @param timeout how long a host may take to answer
 * @param nanoClock as {@link System#nanoTime}
 */
public record DesktopHosts(JobEngine engine, Transport transport, Duration timeout, LongSupplier nanoClock) {

    private static final Duration END_GRACE = Duration.ofSeconds(2);

    /** Returns a desktop, also of another user, as its host shows it; empty if no viewer can connect. */
    public Optional<Desktop> find(Host host, Job job) {
        return DesktopState.of(transport, host, job.id(), DesktopJob.definitions(job), Duration.ZERO, deadline(timeout))
                .desktop();
    }

    /** Asks a host for the state of a desktop of the login, and waits at most this long until it is ready or over. */
    DesktopState state(Host host, String id, Duration limit) {
        return DesktopState.of(
                transport, host, id, DesktopJob.definitions(host, id), limit, deadline(timeout.plus(limit)));
    }

    /** @param beforeBeginning as for {@link JobEngine#start} */
    Job start(Host host, JobSpec spec, Runnable beforeBeginning) {
        return engine.start(host, spec, beforeBeginning, deadline(timeout));
    }

    /**
     * Waits until a viewer can connect to a desktop that was started. Otherwise nothing of it is left running.
     *
     * @throws LoadshareException of kind REFUSED if it cannot run on this host, of kind UNAVAILABLE if it is not ready in
     *     time
     * @throws UnansweredStartException if the host does not answer
     */
    public Desktop awaitReady(Host host, Job job) {
        DesktopState state = ask(host, job, () -> state(host, job.id(), Desktops.READY_LIMIT));
        if (state.desktop().isPresent()) {
            return state.desktop().get();
        }
        if (state.kind() != DesktopState.Kind.ENDED) {
            ask(host, job, () -> {
                end(host, job);
                return null;
            });
        }
        if (!state.kind().isOver()) {
            throw failure(
                    LoadshareException.Kind.UNAVAILABLE,
                    host,
                    job,
                    "it accepted no viewer within " + Desktops.READY_LIMIT.toSeconds() + " s");
        }
        Optional<String> reason = ask(host, job, () -> job(host, job.id())).flatMap(JobRecord::reason);
        throw failure(LoadshareException.Kind.REFUSED, host, job, reason.orElse("it ended at once"));
    }

    /** Asks the host of a desktop that was started: without an answer, it may run. */
    private static <T> T ask(Host host, Job job, Supplier<T> question) {
        try {
            return question.get();
        } catch (LoadshareException e) {
            throw new UnansweredStartException(host.name(), job.id(), e.getMessage(), e);
        }
    }

    private static LoadshareException failure(LoadshareException.Kind kind, Host host, Job job, String reason) {
        return new LoadshareException(kind, "desktop " + job.id() + " does not run on " + host.name() + ": " + reason);
    }

    /** Returns the job of a desktop of the login, as its host shows it. */
    public Optional<JobRecord> job(Host host, String id) {
        return engine.find(host, new JobEngine.Self(), id, deadline(timeout));
    }

    void end(Host host, Job job) {
        engine.end(host, job, END_GRACE, deadline(JobEngine.endLimit(host, END_GRACE)));
    }

    private Deadline deadline(Duration time) {
        return Deadline.after(time, nanoClock);
    }
}
