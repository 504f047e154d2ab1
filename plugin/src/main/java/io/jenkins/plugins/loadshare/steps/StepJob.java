package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.TaskListener;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.Requester;
import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.dispatch.Postponement;
import io.loadshare.dispatch.RetryBackoff;
import io.loadshare.host.Host;
import io.loadshare.job.JobState;
import io.loadshare.license.LicenseFailure;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.TransportException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The job of one step: a {@link JobRun}, and another one later if the license server refused the first one a license: it
 * waits in the queue until then. After it, files of the job are collected.
 *
 * <p>The records of all runs stay until the step is over. After a restart, the last run is resumed even if it has ended,
 * and the number of records shows how many retries are left.
 */
final class StepJob implements JobOwner {

    private static final Logger LOGGER = Logger.getLogger(StepJob.class.getName());

    /** How long to wait before another try to collect files. */
    private static final Duration COLLECT_AGAIN = Duration.ofSeconds(10);

    private static final Duration STALLED = Duration.ofMinutes(1);

    private final LoadshareService service;
    private final PlacingStep step;
    private final JobOwner owner;

    private JobRun current; // guarded by this; the current run or the last one
    private Instant since; // guarded by this
    private int retries; // guarded by this; so far
    private boolean pausing; // guarded by this; before the next try to collect
    private boolean collecting; // guarded by this; from then on, no job runs
    private FileCollection collection; // guarded by this
    private Instant unreachableSince; // guarded by this; while files are collected
    private Throwable stopped; // guarded by this

    StepJob(LoadshareService service, PlacingStep step, JobOwner owner) {
        this.service = service;
        this.step = step;
        this.owner = owner;
        this.since = owner.since();
        this.current = new JobRun(service, step, this);
    }

    /** Starts, or resumes after a restart, in the background. */
    void begin() {
        int runs = service.jobs().count(owner.requester(), owner.step());
        synchronized (this) {
            retries = Math.max(0, runs - 1);
        }
        current().begin();
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
        FileCollection known;
        synchronized (this) {
            stopped = cause;
            known = collection;
            if (!pausing) {
                if (known != null) {
                    known.interrupt();
                }
                return current.stop(cause) || collecting;
            }
            pausing = false;
        }
        if (known != null) {
            forget(known);
        }
        owner.waits(List.of());
        owner.failed(cause);
        return true;
    }

    /** Returns the access to the host of the job. */
    HostAccess access() {
        return current().access();
    }

    /** Returns the access of the build to a host, also without a job there. */
    HostAccess access(Host host) {
        return new BuildLogins(step, requester()).access(service, service.settings(), host);
    }

    /** Writes lines of loadshare's own to the log. */
    void say(String lines) {
        current().say(lines);
    }

    /** Returns the status shown for a build that seems to hang. */
    synchronized String status() {
        return collecting ? "collecting files" : current.status();
    }

    @Override
    public void abort(String by) {
        owner.abort(by);
    }

    @Override
    public void ended(JobState state, byte[] stdout) {
        try {
            // A job that was killed ended for another reason, whatever it printed before.
            Optional<LicenseFailure> refused = state instanceof JobState.Exited exited && exited.status() != 0
                    ? refusedLicense()
                    : Optional.empty();
            if (refused.isEmpty() || !runAgain(refused.get())) {
                collect(state, stdout);
            }
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "The end of a job of " + requester().build() + " was not handled", e);
            owner.failed(new AbortException("The end of the job was not handled: " + e));
        }
    }

    /** Collects the files of the job, if the step asks for that, and then reports its end. */
    private void collect(JobState state, byte[] stdout) {
        Optional<FilePatterns> patterns = step.collects();
        if (patterns.isEmpty() || state.exitStatus().isEmpty()) {
            if (isStopped() && !step.isHolder()) {
                owner.failed(cause());
            } else {
                owner.ended(state, stdout);
            }
            return;
        }
        BuildJob known = current().known();
        FileCollection files = new FileCollection(
                requester().run().orElseThrow(),
                known,
                current().access().files(),
                current().access().lease(),
                step.directory(),
                patterns.get(),
                service.settings().collect(),
                this::soon,
                () -> isStopped() || service.isStopping());
        synchronized (this) {
            collecting = true;
            collection = files;
            unreachableSince = null;
        }
        watchCollection();
        collectInBackground(known, failure -> {
            if (isStopped()) {
                owner.failed(cause());
            } else if (failure.isPresent() && state.exitStatus().getAsInt() == 0) {
                owner.failed(new AbortException(failure.get()));
            } else {
                failure.ifPresent(this::say);
                owner.ended(state, stdout);
            }
        });
    }

    /** Copying takes long, so it gets threads that nothing else needs. */
    private void collectInBackground(BuildJob known, Consumer<Optional<String>> over) {
        Computer.threadPoolForRemoting.execute(() -> collect(known, over));
    }

    private void watchCollection() {
        FileCollection files = collection();
        if (files != null) {
            files.interruptIfStalled(STALLED);
            service.later(COLLECT_AGAIN, this::watchCollection);
        }
    }

    private synchronized FileCollection collection() {
        return collection;
    }

    private void forget(FileCollection files) {
        synchronized (this) {
            collection = null;
        }
        try {
            files.forget();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "Copies of collected files were not removed", e);
        }
    }

    /**
     * @param over gets the reason of a failure
     */
    private void collect(BuildJob known, Consumer<Optional<String>> over) {
        FileCollection files = collection();
        Optional<String> failure = Optional.empty();
        try {
            files.collect(owner.listener()).forEach(this::say);
        } catch (TransportException e) {
            if (service.isStopping()) {
                return; // collected after the restart
            }
            if (!e.kind().isLasting() && stillWaits() && pause()) {
                say("The files of job " + known.id() + " are not collected yet: " + e.getMessage() + "; trying again");
                service.later(COLLECT_AGAIN, () -> {
                    if (unpause()) {
                        collectInBackground(known, over);
                    }
                });
                return;
            }
            failure = Optional.of("The files were not collected: " + e.getMessage());
        } catch (CancellationException e) {
            if (service.isStopping()) {
                return;
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, "The files of job " + known.id() + " were not collected", e);
            failure = Optional.of("The files were not collected: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Jenkins is shutting down
            return;
        }
        forget(files);
        over.accept(failure);
    }

    /** Returns whether the host may still answer, as far as the settings allow to wait for that. */
    private synchronized boolean stillWaits() {
        Instant now = service.clock().instant();
        unreachableSince = unreachableSince == null ? now : unreachableSince;
        return now.isBefore(
                unreachableSince.plus(service.settings().core().job().unreachableTimeout()));
    }

    private synchronized boolean pause() {
        pausing = stopped == null;
        return pausing;
    }

    /** @return false if the job was stopped in the meantime */
    private synchronized boolean unpause() {
        boolean paused = pausing;
        pausing = false;
        return paused;
    }

    private synchronized boolean isStopped() {
        return stopped != null;
    }

    private synchronized Throwable cause() {
        return stopped;
    }

    private Deadline soon() {
        return Deadline.after(service.settings().core().scan().timeout(), System::nanoTime);
    }

    /** Returns what the license server refused the ended job, if its last output reports that. */
    private Optional<LicenseFailure> refusedLicense() {
        BuildJob known = current().known();
        try {
            byte[] output = current()
                    .access()
                    .engine()
                    .lastOutput(known.host(), known.job().orElseThrow(), soon());
            return LicenseFailure.find(new String(output, StandardCharsets.UTF_8));
        } catch (LoadshareException e) {
            LOGGER.log(Level.FINE, "The last output of job " + known.id() + " cannot be read", e);
            return Optional.empty();
        }
    }

    /** Reports a refused license, and runs the job again later if a retry is left and may help. */
    private boolean runAgain(LicenseFailure refused) {
        BuildJob known = current().known();
        String cause = known.id() + " on " + known.host().name() + " " + refused;
        String message = "Job " + cause;
        if (!refused.mayPass() || step.retries() == 0) {
            say(message + (refused.mayPass() ? ". Set retryLicense to run it again later" : ""));
            return false;
        }
        JobRun again = new JobRun(service, step, this);
        Duration delay;
        String count;
        synchronized (this) {
            int retry = retries + 1;
            if (retry > step.retries() || stopped != null) {
                say(message);
                return false;
            }
            retries = retry;
            delay = new RetryBackoff(service.settings().core().retry()).before(retry);
            since = service.clock().instant().plus(delay);
            count = "(retry " + retry + " of " + step.retries() + ")";
            current = again;
        }
        again.say(message + "; trying again in " + Durations.print(delay) + " " + count);
        owner.waits(List.of("another run with a license"));
        again.beginAgain(new Postponement(since(), "job " + cause + " " + count));
        return true;
    }

    @Override
    public synchronized Instant since() {
        return since;
    }

    @Override
    public Requester requester() {
        return owner.requester();
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
    public void waits(List<String> reasons) {
        owner.waits(reasons);
    }

    @Override
    public void running(BuildJob job) {
        owner.running(job);
    }

    @Override
    public void found(FoundDesktop desktop) {
        owner.found(desktop);
    }

    @Override
    public void failed(Throwable cause) {
        owner.failed(cause);
    }
}
