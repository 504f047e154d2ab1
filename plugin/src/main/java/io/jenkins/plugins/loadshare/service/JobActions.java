package io.jenkins.plugins.loadshare.service;

import hudson.model.Run;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobState;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Login;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Actions on the jobs that builds started, including orphans, which no build follows: end them, copy their output, remove
 * what is left of them. Thread-safe.
 */
public final class JobActions {

    private static final Logger AUDIT = Logger.getLogger("io.jenkins.plugins.loadshare.audit");

    /** The time between TERM and KILL when a job is ended. */
    public static final Duration END_GRACE = Duration.ofSeconds(10);

    /** The limit for what reads or removes the files of a job. */
    private static final Duration FILES_LIMIT = Duration.ofSeconds(25);

    private final LoadshareService service;
    private final Set<String> ending = ConcurrentHashMap.newKeySet();
    private final Set<String> complained = ConcurrentHashMap.newKeySet();

    JobActions(LoadshareService service) {
        this.service = service;
    }

    /**
     * Ends a job that a build started, in the background.
     *
     * @param by the user who requested it, for the log
     * @return a future that completes once the job has ended, or fails with a {@link LoadshareException} if it cannot
     *     be ended
     */
    public CompletableFuture<Void> abort(BuildJob job, String by) {
        AUDIT.log(Level.INFO, "{0} ends job {1} of {2} on {3}", new Object[] {
            by, job.id(), job.build(), job.host().name()
        });
        return service.jobs()
                .follower(job.id())
                .map(follower -> CompletableFuture.runAsync(() -> follower.accept(by), service.workers()))
                .orElseGet(() -> CompletableFuture.runAsync(() -> endOrphan(job), service.workers()));
    }

    private void endOrphan(BuildJob job) {
        Run<?, ?> build = Run.fromExternalizableId(job.build());
        if (job.job().isEmpty() && build != null && build.isBuilding()) {
            throw new LoadshareException(
                    LoadshareException.Kind.UNAVAILABLE,
                    "job " + job.id() + " is being started on " + job.host().name()
                            + ", which has not answered. Stop build " + job.build() + " instead.");
        }
        Deadline deadline = endDeadline(job.host());
        JobEngine engine = accessTo(job).engine();
        Optional<Job> known = job.job()
                .or(() -> engine.find(job.host(), new JobEngine.Self(), job.id(), deadline)
                        .map(JobRecord::job));
        OptionalInt status = known.map(running -> engine.end(job.host(), running, END_GRACE, deadline))
                .map(JobState::exitStatus)
                .orElse(OptionalInt.empty());
        service.jobs().remove(job.id());
        service.wiring().reservations().end(job.id(), status, job.startedAt(), AUDIT::warning);
    }

    /** Returns the limit for ending a job on a host, from now on. */
    public static Deadline endDeadline(Host host) {
        return Deadline.after(JobEngine.endLimit(host, END_GRACE), System::nanoTime);
    }

    /** Ends the jobs that hold slots for builds that are gone, so that these slots do not stay taken. */
    void endLostHolders() {
        for (BuildJob job : service.jobs().lostHolders(service::isPlacedNode)) {
            if (ending.add(job.id())) {
                abort(job, "Jenkins").whenComplete((done, failure) -> {
                    service.later(Duration.ofSeconds(30), () -> ending.remove(job.id()));
                    if (failure != null && complained.add(job.id())) {
                        AUDIT.log(
                                Level.WARNING,
                                "Cannot end job {0} on {1}, which holds a slot for build {2} that is over or gone: {3}."
                                        + " Trying again until it ends.",
                                new Object[] {job.id(), job.host().name(), job.build(), FailureMessages.of(failure)});
                    }
                });
            }
        }
    }

    /**
     * Removes the record of an ended job and, if all its output has been read, its directory on the host, in the
     * background. If that fails, the host removes the directory after {@code job.keep}.
     */
    public void forget(BuildJob job) {
        if (job.progress() != BuildJob.Progress.READ || job.job().isEmpty()) {
            service.jobs().remove(job.id());
            return;
        }
        service.workers().execute(() -> {
            try {
                Deadline deadline = Deadline.after(FILES_LIMIT, System::nanoTime);
                accessTo(job).engine().remove(job.host(), job.job().get(), deadline);
            } catch (RuntimeException e) {
                AUDIT.log(Level.FINE, "The directory of job " + job.id() + " is not removed", e);
            }
            service.jobs().remove(job.id());
        });
    }

    /** Copies the output of an orphan so far. */
    public void copyOutput(BuildJob job, OutputStream sink) {
        Job known = job.job()
                .orElseThrow(() -> new LoadshareException(LoadshareException.Kind.NO_INPUT, "it has not started"));
        accessTo(job).engine().copyOutput(job.host(), known, sink, Deadline.after(FILES_LIMIT, System::nanoTime));
    }

    /** Returns access with the login with which the job was started, even if its build is gone. */
    private HostAccess accessTo(BuildJob job) {
        Run<?, ?> run = Run.fromExternalizableId(job.build());
        Settings settings = service.settings();
        if (job.credentialsId().isEmpty()) {
            return service.access(settings, new Login.Configured());
        }
        String id = job.credentialsId().get();
        return service.access(
                settings, run == null ? service.loginOfGoneBuild(job, id) : Credentials.of(Requester.of(run), id));
    }
}
