package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.dispatch.RetryBackoff;
import io.loadshare.job.JobState;
import io.loadshare.license.LicenseFailure;
import io.loadshare.transport.Deadline;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The job of one step: a {@link JobRun}, and another one later if the license server refused the first one a license.
 *
 * <p>The records of all runs stay until the step is over. After a restart, the last run is resumed even if it has ended,
 * and the number of records shows how many retries are left.
 */
final class StepJob implements JobOwner {

    private static final Logger LOGGER = Logger.getLogger(StepJob.class.getName());

    private final LoadshareService service;
    private final PlacingStep step;
    private final JobOwner owner;

    private JobRun current; // guarded by this; the current run or the last one
    private Instant since; // guarded by this
    private int retries; // guarded by this; so far
    private boolean pausing; // guarded by this; before the next run
    private Throwable stopped; // guarded by this

    StepJob(LoadshareService service, PlacingStep step, JobOwner owner) {
        this.service = service;
        this.step = step;
        this.owner = owner;
        this.since = owner.since();
    }

    /** Starts, or resumes after a restart, in the background. */
    void begin() {
        int runs = service.jobs().count(owner.run(), owner.step());
        synchronized (this) {
            retries = Math.max(0, runs - 1);
            current = new JobRun(service, step, this);
        }
        current().begin(false);
    }

    private synchronized JobRun current() {
        return current;
    }

    /**
     * Ends the job in any phase, in the background, and reports {@code cause} to its owner.
     *
     * @return false if it has already ended
     */
    boolean stop(Throwable cause) {
        synchronized (this) {
            stopped = cause;
            if (!pausing) {
                return current.stop(cause);
            }
            pausing = false;
        }
        owner.waits(false);
        owner.failed(cause);
        return true;
    }

    /** Writes lines of loadshare's own to the log. */
    void say(String lines) {
        current().say(lines);
    }

    /** Returns the status shown for a build that seems to hang. */
    synchronized String status() {
        return pausing ? "waiting to run again with a license" : current.status();
    }

    @Override
    public void ended(JobState state, byte[] stdout) {
        try {
            Optional<LicenseFailure> refused =
                    state.exitStatus().orElse(0) == 0 ? Optional.empty() : refusedLicense();
            if (refused.isEmpty() || !runAgain(refused.get())) {
                owner.ended(state, stdout);
            }
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "The end of a job of " + run() + " was not handled", e);
            owner.failed(new AbortException("The end of the job was not handled: " + e));
        }
    }

    /** Returns what the license server refused the ended job, if its last output reports that. */
    private Optional<LicenseFailure> refusedLicense() {
        BuildJob known = current().known();
        try {
            byte[] output = current()
                    .access()
                    .engine()
                    .lastOutput(
                            known.host(),
                            known.job().orElseThrow(),
                            Deadline.after(service.settings().core().scan().timeout(), System::nanoTime));
            return LicenseFailure.find(new String(output, StandardCharsets.UTF_8));
        } catch (LoadshareException e) {
            LOGGER.log(Level.FINE, "The last output of job " + known.id() + " cannot be read", e);
            return Optional.empty();
        }
    }

    /** Reports a refused license, and runs the job again later if a retry is left and may help. */
    private boolean runAgain(LicenseFailure refused) {
        BuildJob known = current().known();
        String message = "Job " + known.id() + " on " + known.host().name() + " " + refused;
        if (!refused.mayPass() || step.retries() == 0) {
            say(message + (refused.mayPass() ? ". Set retryLicense to run it again later" : ""));
            return false;
        }
        Duration delay;
        int retry;
        synchronized (this) {
            retry = retries + 1;
            pausing = stopped == null && retry <= step.retries();
            if (!pausing) {
                say(message);
                return false;
            }
            retries = retry;
            delay = new RetryBackoff(service.settings().core().retry()).before(retry);
            since = service.clock().instant().plus(delay);
        }
        say(message + "; trying again in " + Durations.print(delay) + " (retry " + retry + " of " + step.retries()
                + ")");
        owner.waits(true);
        service.later(delay, () -> service.workers().execute(this::beginAgain));
        return true;
    }

    private void beginAgain() {
        synchronized (this) {
            if (!pausing) {
                return;
            }
            pausing = false;
            current = new JobRun(service, step, this);
        }
        current().begin(true);
    }

    @Override
    public synchronized Instant since() {
        return since;
    }

    @Override
    public Run<?, ?> run() {
        return owner.run();
    }

    @Override
    public String step() {
        return owner.step();
    }

    @Override
    public TaskListener listener() throws IOException, InterruptedException {
        return owner.listener();
    }

    @Override
    public Map<String, String> variables() throws IOException, InterruptedException {
        return owner.variables();
    }

    @Override
    public void copyLog(OutputStream sink) throws IOException, InterruptedException {
        owner.copyLog(sink);
    }

    @Override
    public boolean isOver() {
        return owner.isOver();
    }

    @Override
    public void waits(boolean waiting) {
        owner.waits(waiting);
    }

    @Override
    public void running(BuildJob job) {
        owner.running(job);
    }

    @Override
    public void failed(Throwable cause) {
        owner.failed(cause);
    }
}
