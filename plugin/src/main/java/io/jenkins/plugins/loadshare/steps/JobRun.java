package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.service.JobActions;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.WaitingRequest;
import io.loadshare.LoadshareException;
import io.loadshare.dispatch.Postponement;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobState;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One job of a build, from its request to its end, without a thread of its own.
 *
 * <p><b>Life cycle.</b> It waits for a slot; starts the job there, or on another host if that host rejects it; watches
 * the job; and notifies its owner once when the job has ended. {@link #stop} ends it in any phase.
 *
 * <p><b>A restart</b> of Jenkins, or a kill, may come at any moment. The {@linkplain
 * io.jenkins.plugins.loadshare.service.BuildJobs records} decide how it resumes. No record: it was waiting, and waits
 * again. A record without a job: it was being started, and is started again under the same id, which finds the job if
 * it already runs. A record with a job: it watches the job from the position at which its output was last written to
 * the log. The record stays until the step is over, so an end that was not reported is found again.
 */
public final class JobRun implements WaitingRequest {

    private static final Logger LOGGER = Logger.getLogger(JobRun.class.getName());

    /** How long to wait for the last output of a stopped job. */
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(5);

    /** The time within which a build stores the end of a step. A restart before that reads the job once more. */
    private static final Duration STEP_STORED = Duration.ofSeconds(30);

    private final LoadshareService service;
    private final JobOwner owner;
    private final Launching launching;
    private final CountDownLatch allRead = new CountDownLatch(1);

    private Phase phase = Phase.STARTING; // guarded by this; STARTING until an earlier start is ruled out
    private Throwable stopped; // guarded by this
    private BuildJob record; // guarded by this
    private JobOutput output; // guarded by this; its lock is never taken while this one is held
    private JobEngine.Watch watch; // guarded by this
    private final AtomicBoolean notified = new AtomicBoolean(); // that a job in a cluster runs
    private volatile boolean rerun;
    private volatile String interruption = "The host answers again"; // why the log goes on, for its reader

    private enum Phase {
        WAITING,
        STARTING,
        RUNNING,
        ENDED
    }

    public JobRun(LoadshareService service, PlacingStep step, JobOwner owner) {
        this.service = service;
        this.owner = owner;
        this.launching = new Launching(service, step, owner, this::say, () -> enter(Phase.STARTING));
    }

    /** Starts, or resumes after a restart, in the background. */
    public void begin() {
        service.workers().execute(() -> {
            try {
                Optional<BuildJob> known = service.jobs().of(owner.requester(), owner.step());
                if (known.isPresent()) {
                    resume(known.get());
                } else {
                    findOrAsk();
                }
            } catch (Exception e) {
                fail(e);
            }
        });
    }

    /** Starts later: the step ran a job before, whose record and output are not those of this run. */
    void beginAgain(Postponement postponement) {
        rerun = true;
        launching.postpone(postponement);
        service.workers().execute(() -> {
            try {
                findOrAsk();
            } catch (Exception e) {
                fail(e);
            }
        });
    }

    private void findOrAsk() {
        Optional<FoundDesktop> found = launching.findOrAsk();
        if (!enter(Phase.WAITING)) {
            giveUp();
        } else if (found.isPresent()) {
            end(() -> owner.found(found.get()));
        } else {
            service.waitingRoom().enter(this);
        }
    }

    private void resume(BuildJob known) throws IOException, InterruptedException {
        interruption = "Jenkins was restarted";
        Optional<Job> job = launching.resume(known);
        if (job.isPresent()) {
            running(job.get(), interruption);
        } else {
            service.waitingRoom().enter(this);
        }
    }

    @Override
    public Optional<String> id() {
        return launching.id();
    }

    @Override
    public String build() {
        return owner.requester().build();
    }

    @Override
    public boolean isDue() {
        return isStopped() || launching.isDue();
    }

    @Override
    public void tryNow() {
        try {
            boolean unanswered = launching.isUnanswered();
            Optional<Job> job = isStopped() ? Optional.empty() : launching.tryNow();
            if (job.isPresent()) {
                running(job.get(), unanswered ? interruption : null);
            } else if (isStopped() || !launching.isUnanswered() && !enter(Phase.WAITING)) {
                giveUp();
            }
        } catch (CancellationException e) {
            giveUp();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Jenkins is shutting down
        } catch (Exception e) {
            fail(e);
        }
    }

    /** Ends a run that was stopped before any job was known to run. */
    private void giveUp() {
        launching.cancel();
        if (launching.isUnanswered()) {
            service.jobs()
                    .of(owner.requester(), owner.step())
                    .map(JobRun::mayRun)
                    .ifPresent(this::say);
        }
        end(() -> owner.failed(cause()));
    }

    private static String mayRun(BuildJob known) {
        return "Job " + known.id() + " may still run on " + known.host().name() + ": see the Loadshare page";
    }

    /** @return false if a stop was requested */
    private synchronized boolean enter(Phase next) {
        if (stopped == null) {
            phase = next;
        }
        return stopped == null;
    }

    /** Returns the access to the host of the job. */
    public HostAccess access() {
        return launching.access();
    }

    synchronized boolean isStopped() {
        return stopped != null;
    }

    private synchronized Throwable cause() {
        return stopped;
    }

    /** Returns the record of the job; null before it is started. */
    public synchronized BuildJob known() {
        return record;
    }

    /** @param why the reason for the lookup if the job was found again; null if it was started */
    private void running(Job job, String why) throws IOException, InterruptedException {
        BuildJob known = service.jobs().find(job.id()).orElseThrow();
        LogLines logged = new LogLines();
        if (why != null || rerun) {
            owner.copyLog(logged);
        }
        JobOutput toLog =
                new JobOutput(this, service, job.id(), owner.listener().getLogger(), logged);
        if (why != null) {
            toLog.sayAfterLine(why + "; going on with job " + known.id() + " on "
                    + known.host().name());
        }
        boolean wanted;
        synchronized (this) {
            record = known;
            output = toLog;
            phase = Phase.RUNNING;
            wanted = stopped == null; // from now on, stop() ends the job
        }
        service.waitingRoom().leave(this);
        owner.waits(List.of());
        service.jobs().follow(known.id(), owner::abort);
        watch();
        if (!wanted) {
            endRemotely();
        } else if (!isStopped() && !known.host().isCluster()) {
            owner.running(known);
        }
    }

    /** Called while the job waits in a cluster. */
    void waits(JobState.Pending state) {
        owner.waits(List.of(known().host().name() + ": " + state));
    }

    /** Called when the job runs: in a cluster it may wait after its start, and the owner is notified only now. */
    void runs() {
        BuildJob known = known();
        if (known.host().isCluster() && !isStopped() && notified.compareAndSet(false, true)) {
            owner.waits(List.of());
            service.workers().execute(() -> owner.running(known));
        }
    }

    /** Starts to watch the job, with a first look at once. */
    private synchronized void watch() {
        if (watch != null) {
            watch.close();
        }
        watch = launching.access().watch(record.host(), record.job().orElseThrow(), output.position(), output);
    }

    /**
     * Ends the run in any phase, in the background, and reports {@code cause} to its owner.
     *
     * @return false if it has already ended
     */
    public boolean stop(Throwable cause) {
        Phase was;
        synchronized (this) {
            if (phase == Phase.ENDED) {
                return false;
            }
            if (stopped != null) {
                return true;
            }
            stopped = cause;
            was = phase;
        }
        service.workers().execute(() -> {
            if (was == Phase.WAITING) {
                giveUp();
            } else if (was == Phase.RUNNING) {
                endRemotely();
            }
        });
        return true;
    }

    private void endRemotely() {
        BuildJob known = known();
        String where = "job " + known.id() + " on " + known.host().name();
        if (!known.holder()) {
            say("Ending " + where);
        }
        try {
            JobState state = launching
                    .access()
                    .engine()
                    .end(
                            known.host(),
                            known.job().orElseThrow(),
                            JobActions.END_GRACE,
                            JobActions.endDeadline(known.host()));
            watch();
            boolean read = allRead.await(LAST_OUTPUT.toSeconds(), TimeUnit.SECONDS);
            if (!read && !known.holder()) {
                say("What it printed last cannot be read");
            }
            close(known, state, read);
            say(known.holder() ? "Released the slot on " + known.host().name() : "Ended " + where);
        } catch (RuntimeException e) {
            if (service.isStopping()) {
                return; // found again after the restart
            }
            say("Could not end " + where + ": " + e.getMessage() + ". It may still run: see the Loadshare page");
            owner.places().ended(known.id(), "unknown", service.clock().instant());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Jenkins is shutting down
            return;
        }
        end(() -> owner.failed(cause()));
    }

    /** Called by the watching thread when the job has ended and all its output is in the log. */
    void ended(JobState state, byte[] stdout) {
        allRead.countDown();
        if (!isStopped()) { // otherwise the thread that stops it notifies the owner
            service.workers().execute(() -> {
                sayReason(known(), state);
                close(known(), state, true);
                end(() -> owner.ended(state, stdout));
            });
        }
    }

    /** Writes why the host ended the job, if the job exceeded a limit. */
    private void sayReason(BuildJob known, JobState state) {
        if (state.exitStatus().orElse(0) == 0) {
            return;
        }
        try {
            launching
                    .access()
                    .engine()
                    .find(known.host(), new JobEngine.Self(), known.id(), launching.soon())
                    .flatMap(JobRecord::reason)
                    .ifPresent(reason -> say("Job " + known.id() + " was ended by "
                            + known.host().name() + ": " + reason));
        } catch (LoadshareException e) {
            LOGGER.log(Level.FINE, "The reason of an end is not known", e);
        }
    }

    private void close(BuildJob known, JobState state, boolean read) {
        Instant now = service.clock().instant();
        try {
            service.jobs().ended(known.id(), read);
        } catch (UncheckedIOException e) {
            say("Warning: " + e.getMessage());
        }
        launching
                .wiring()
                .reservations()
                .end(known.id(), state.exitStatus(), known.startedAt(), warning -> say("Warning: " + warning));
        owner.places().ended(known.id(), isReleased(known) ? PlacedJob.RELEASED : state.toString(), now);
    }

    /** Returns whether the end of the job is the end of a block. */
    private boolean isReleased(BuildJob known) {
        return known.holder() && isStopped();
    }

    /** Called when the job's state cannot be determined; the job stays on record. */
    void lost(String message) {
        fail(new LoadshareException(LoadshareException.Kind.LOST, message));
    }

    void fail(Exception e) {
        if (service.isStopping()) {
            return; // found again after the restart
        }
        if (!(e instanceof LoadshareException || e instanceof IllegalArgumentException)) {
            LOGGER.log(Level.WARNING, "A job of " + owner.requester().build() + " failed", e);
        }
        String left = service.jobs()
                .of(owner.requester(), owner.step())
                .filter(known -> !known.ended())
                .map(known -> ". " + mayRun(known))
                .orElse("");
        String message = (e.getMessage() == null ? e.toString() : e.getMessage()) + left;
        if (isStopped()) {
            say(message);
            giveUp();
        } else {
            end(() -> owner.failed(new AbortException(message)));
        }
    }

    private void end(Runnable notification) {
        synchronized (this) {
            if (phase == Phase.ENDED) {
                return;
            }
            phase = Phase.ENDED;
            if (watch != null) {
                watch.close();
            }
            if (record != null) {
                service.jobs().unfollow(record.id());
            }
        }
        service.waitingRoom().leave(this);
        owner.waits(List.of());
        JobOutput written = output();
        if (written != null) {
            written.close();
        }
        notification.run();
        forgetLater();
    }

    /** Removes what is left of an ended job, once the build has stored the end of the step. */
    private void forgetLater() {
        BuildJob known = known();
        if (known != null) {
            service.later(STEP_STORED, () -> forget(known.id()));
        }
    }

    private void forget(String id) {
        if (owner.isOver()) {
            service.jobs().find(id).filter(BuildJob::ended).ifPresent(service.jobActions()::forget);
        } else {
            forgetLater();
        }
    }

    /** Writes lines of loadshare's own to the log. */
    public void say(String lines) {
        JobOutput to = output();
        try {
            if (to == null) {
                say(owner.listener().getLogger(), lines);
            } else {
                to.say(lines);
            }
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "The log of the build is gone", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized JobOutput output() {
        return output;
    }

    /** Writes lines of loadshare's own to a log. */
    public static void say(PrintStream log, String lines) {
        lines.lines().forEach(line -> log.println(LogLines.OURS + line));
    }

    /** Returns the status shown for a build that seems to hang. */
    synchronized String status() {
        return phase.name().toLowerCase(Locale.ROOT)
                + (record == null
                        ? ""
                        : ": job " + record.id() + " on " + record.host().name());
    }
}
