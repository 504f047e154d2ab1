package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.WaitingRequest;
import io.loadshare.LoadshareException;
import io.loadshare.job.Job;
import io.loadshare.job.JobState;
import io.loadshare.job.JobWatcher;
import io.loadshare.transport.Deadline;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One job of a build from wish to end, without a thread of its own.
 *
 * <p><b>Life.</b> It waits for a place; starts a job there, elsewhere if that host does not take it; watches the job; has
 * ended, which its owner is told once. {@link #stop} ends it wherever it is.
 *
 * <p><b>A restart</b> of Jenkins, or a kill, at any moment, by what is found of it in the
 * {@linkplain io.jenkins.plugins.loadshare.service.BuildJobs records}: nothing, it waited, and does so again; a record
 * without a job, it was being started, and is once more under the same id, by which a job that runs is found; a job, which
 * is watched from where its output was last written to the log. The record stays until the build is over, so an end that
 * nobody was told is found again.
 */
final class JobRun implements WaitingRequest {

    private static final Logger LOGGER = Logger.getLogger(JobRun.class.getName());

    /** How long the last output of a job that was stopped is waited for. */
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(5);

    private final LoadshareService service = LoadshareService.get();
    private final JobOwner owner;
    private final Launching launching;
    private final CountDownLatch allRead = new CountDownLatch(1);

    private Phase phase = Phase.STARTING; // guarded by this; whether it has begun before is to be found out
    private Throwable stopped; // guarded by this
    private BuildJob record; // guarded by this
    private JobOutput output; // guarded by this, and its lock is never taken within
    private JobWatcher.Watch watch; // guarded by this

    private enum Phase {
        WAITING,
        STARTING,
        RUNNING,
        ENDED
    }

    JobRun(PlacingStep step, JobOwner owner) {
        this.owner = owner;
        this.launching = new Launching(step, owner, this::say, () -> enter(Phase.STARTING));
    }

    /** Begins, or goes on after a restart; in the background. */
    void begin() {
        service.workers().execute(() -> {
            try {
                Optional<BuildJob> known = service.jobs().of(owner.run(), owner.step());
                if (known.isPresent()) {
                    resume(known.get());
                } else {
                    launching.ask();
                    if (enter(Phase.WAITING)) {
                        service.waitingRoom().enter(this);
                    } else {
                        giveUp();
                    }
                }
            } catch (Exception e) {
                fail(e);
            }
        });
    }

    private void resume(BuildJob known) throws IOException, InterruptedException {
        Optional<Job> job = launching.resume(known);
        if (job.isPresent()) {
            running(job.get(), "Jenkins was restarted");
        } else {
            service.waitingRoom().enter(this);
        }
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
                running(job.get(), unanswered ? "The host answers again" : null);
            } else if (isStopped() || !launching.isUnanswered() && !enter(Phase.WAITING)) {
                giveUp();
            }
        } catch (CancellationException e) {
            giveUp();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Jenkins goes down
        } catch (Exception e) {
            fail(e);
        }
    }

    /** Nothing is known to run, and someone wants it stopped. */
    private void giveUp() {
        launching.cancel();
        if (launching.isUnanswered()) {
            service.jobs().of(owner.run(), owner.step()).map(JobRun::mayRun).ifPresent(this::say);
        }
        end(() -> owner.failed(cause()));
    }

    private static String mayRun(BuildJob known) {
        return "Job " + known.id() + " may run on " + known.host().name() + ": see the Loadshare page";
    }

    /** @return false if someone wants it stopped */
    private synchronized boolean enter(Phase next) {
        if (stopped == null) {
            phase = next;
        }
        return stopped == null;
    }

    synchronized boolean isStopped() {
        return stopped != null;
    }

    private synchronized Throwable cause() {
        return stopped;
    }

    private synchronized BuildJob known() {
        return record;
    }

    /** @param why it was looked for, if it was found again; null if it was started */
    private void running(Job job, String why) throws IOException, InterruptedException {
        BuildJob known = service.jobs().find(job.id()).orElseThrow();
        LogLines logged = new LogLines();
        if (why != null) {
            owner.copyLog(logged);
        }
        JobOutput toLog =
                new JobOutput(this, service, job.id(), owner.listener().getLogger(), logged);
        if (why != null) {
            toLog.sayAfterLine(
                    why + "; going on with job " + known.id() + " on " + known.host().name());
        }
        boolean wanted;
        synchronized (this) {
            record = known;
            output = toLog;
            phase = Phase.RUNNING;
            wanted = stopped == null; // whoever stops it from now on ends it
        }
        service.waitingRoom().leave(this);
        service.jobs().follow(known.id(), by -> stop(new AbortException("Ended by " + by)));
        watch();
        if (!wanted) {
            endRemotely();
        } else if (!isStopped()) {
            owner.running(known);
        }
    }

    /** Looks at once, and from then on. */
    private synchronized void watch() {
        if (watch != null) {
            watch.close();
        }
        watch = launching.access().watch(record.host(), record.job().orElseThrow(), output.position(), output);
    }

    /**
     * Ends it, wherever it is, and tells its owner {@code cause}; in the background.
     *
     * @return false if it has ended
     */
    boolean stop(Throwable cause) {
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
        say("Ending " + where);
        try {
            JobState state = launching
                    .access()
                    .control()
                    .end(
                            known.host(),
                            known.job().orElseThrow(),
                            LoadshareService.END_GRACE,
                            Deadline.after(LoadshareService.END_LIMIT, System::nanoTime));
            watch();
            if (!allRead.await(LAST_OUTPUT.toSeconds(), TimeUnit.SECONDS)) {
                say("What it printed last cannot be read");
            }
            close(known, state);
            say("Ended " + where);
        } catch (RuntimeException e) {
            if (service.isStopping()) {
                return; // found again after the restart
            }
            say("Could not end " + where + ": " + e.getMessage() + ". It may run on: see the Loadshare page");
            PlacesAction.of(owner.run())
                    .ended(known.id(), "unknown", service.clock().instant());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Jenkins goes down
            return;
        }
        end(() -> owner.failed(cause()));
    }

    /** The job has ended, and all its output is in the log; called by the thread that watches. */
    void ended(JobState state, byte[] stdout) {
        allRead.countDown();
        if (!isStopped()) { // otherwise whoever ends it tells
            service.workers().execute(() -> {
                close(known(), state);
                end(() -> owner.ended(state, stdout));
            });
        }
    }

    private void close(BuildJob known, JobState state) {
        Instant now = service.clock().instant();
        try {
            service.jobs().ended(known.id());
        } catch (UncheckedIOException e) {
            say("Warning: " + e.getMessage());
        }
        launching
                .wiring()
                .reservations()
                .end(known.id(), state.exitStatus().orElse(-1), Duration.between(known.startedAt(), now))
                .ifPresent(failure -> say("Warning: " + failure.getMessage()));
        PlacesAction.of(owner.run()).ended(known.id(), state.toString(), now);
    }

    /** It is not known what has become of the job; it stays on record. */
    void lost(String message) {
        fail(new LoadshareException(LoadshareException.Kind.LOST, message));
    }

    void fail(Exception e) {
        if (service.isStopping()) {
            return; // found again after the restart
        }
        if (!(e instanceof LoadshareException || e instanceof IllegalArgumentException)) {
            LOGGER.log(Level.WARNING, "A job of " + owner.run() + " failed", e);
        }
        String left = service.jobs()
                .of(owner.run(), owner.step())
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

    private void end(Runnable tell) {
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
        tell.run();
    }

    /** Lines of our own in the log. */
    void say(String lines) {
        JobOutput to;
        synchronized (this) {
            to = output;
        }
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

    static void say(PrintStream log, String lines) {
        lines.lines().forEach(line -> log.println(LogLines.OURS + line));
    }

    /** For those who look at a build that hangs. */
    synchronized String status() {
        return phase.name().toLowerCase(Locale.ROOT)
                + (record == null
                        ? ""
                        : ": job " + record.id() + " on " + record.host().name());
    }
}
