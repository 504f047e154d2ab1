package io.jenkins.plugins.loadshare.service;

import hudson.model.Run;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.job.Job;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Login;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What users may do with the jobs that builds started, including orphans, which no build follows. Thread-safe. */
public final class JobActions {

    private static final Logger AUDIT = Logger.getLogger("io.jenkins.plugins.loadshare.audit");

    /** The time between TERM and KILL when a job is ended. */
    public static final Duration END_GRACE = Duration.ofSeconds(10);

    /** The limit for ending a job. */
    public static final Duration END_LIMIT = Duration.ofSeconds(25);

    private final LoadshareService service;

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
        Job known = job.job()
                .orElseThrow(() -> new LoadshareException(
                        LoadshareException.Kind.NO_INPUT,
                        "it is not known whether job " + job.id() + " was started on "
                                + job.host().name()));
        accessTo(job).control().end(job.host(), known, END_GRACE, Deadline.after(END_LIMIT, System::nanoTime));
        service.jobs().remove(job.id());
    }

    /** Copies the output of an orphan so far. */
    public void copyOutput(BuildJob job, OutputStream sink) {
        Job known = job.job()
                .orElseThrow(() -> new LoadshareException(LoadshareException.Kind.NO_INPUT, "it has not started"));
        accessTo(job).control().copyOutput(job.host(), known, sink, Deadline.after(END_LIMIT, System::nanoTime));
    }

    /** Returns access with the login with which the job was started. */
    private HostAccess accessTo(BuildJob job) {
        Run<?, ?> run = Run.fromExternalizableId(job.build());
        Settings settings = service.settings();
        if (job.credentialsId().isEmpty()) {
            return service.access(settings, new Login.Configured());
        }
        if (run == null) {
            throw new LoadshareException(
                    LoadshareException.Kind.REFUSED,
                    "build " + job.build() + " is gone, and with it the right to use its credentials "
                            + Quoted.of(job.credentialsId().get()) + ": end job " + job.id() + " as " + job.user()
                            + " on "
                            + job.host().name());
        }
        return service.access(settings, Credentials.of(run, job.credentialsId().get()));
    }
}
