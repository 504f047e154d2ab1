package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import hudson.model.TaskListener;
import io.jenkins.plugins.loadshare.service.Access;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.Placements;
import io.jenkins.plugins.loadshare.service.Waiter;
import io.jenkins.plugins.loadshare.service.Wiring;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.Failure;
import io.loadshare.Numbers;
import io.loadshare.dispatch.Departure;
import io.loadshare.dispatch.DispatchListener;
import io.loadshare.dispatch.Patience;
import io.loadshare.dispatch.Pending;
import io.loadshare.dispatch.Place;
import io.loadshare.job.Job;
import io.loadshare.job.JobSpec;
import io.loadshare.job.JobState;
import io.loadshare.job.JobWatcher;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.TransportFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
final class JobRun implements Waiter {

    private static final Logger LOGGER = Logger.getLogger(JobRun.class.getName());

    private static final int TRIES = 3;

    private final LoadshareService service = LoadshareService.get();
    private final PlacingStep step;
    private final JobOwner owner;
    private final Logins logins;

    private Wiring wiring;
    private Access access;
    private String user;
    private Instant since;
    private Pending pending;
    private Departure departure;

    private Phase phase = Phase.WAITING; // guarded by this
    private Throwable stopped; // guarded by this
    private BuildJob record; // guarded by this
    private JobWatcher.Watch watch; // guarded by this

    private enum Phase {
        WAITING,
        STARTING,
        RUNNING,
        ENDED
    }

    JobRun(PlacingStep step, JobOwner owner) {
        this.step = step;
        this.owner = owner;
        this.logins = new Logins(step, owner.run());
    }

    /** Begins, or goes on after a restart; in the background. */
    void begin() {
        service.workers().execute(() -> {
            try {
                Optional<BuildJob> known = service.jobs().of(owner.run(), owner.step());
                if (known.isPresent()) {
                    resume(known.get());
                } else {
                    since = service.clock().instant();
                    ask(service.wiring());
                    service.waitingRoom().enter(this);
                }
            } catch (Exception e) {
                fail(e);
            }
        });
    }

    /** Asks for a place by the settings of the wiring. */
    private void ask(Wiring parts) {
        Settings settings = parts.settings();
        wiring = parts;
        PlacementRequest request = parts.request(step.toWish(), owner.run().getParent(), logins.user(settings));
        access = logins.access(service, settings, request);
        Patience patience = step.toPatience();
        Optional<Duration> left = patience.limit().map(limit -> {
            Duration rest = limit.minus(Duration.between(since, service.clock().instant()));
            return rest.isNegative() ? Duration.ZERO : rest;
        });
        Patience rest = new Patience(left, patience.mayScan());
        pending = parts.dispatcher().request(request, rest, new Words());
        departure = new Departure(parts.dispatcher(), pending, parts.scans()::look, new Words(), this::chosen);
    }

    @Override
    public boolean isDue() {
        return wiring.settings() != Settings.current() || pending.isDue();
    }

    @Override
    public void tryNow() {
        try {
            if (wiring.settings() != Settings.current()) {
                pending.cancel();
                ask(service.wiring());
            }
            Optional<Place> place = pending.tryNow();
            if (place.isPresent()) {
                start(place.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Jenkins goes down
        } catch (Exception e) {
            fail(e);
        }
    }

    private void start(Place place) throws InterruptedException {
        if (!enter(Phase.STARTING)) {
            wiring.reservations().retreat(place.id());
            return;
        }
        Optional<Departure.Started<Job>> started = departure.start(place, this::launch);
        if (started.isPresent()) {
            running(started.get().job());
        } else if (!enter(Phase.WAITING)) {
            pending.cancel();
            end(() -> owner.failed(stopped()));
        }
    }

    /** @return false if someone wants it stopped */
    private synchronized boolean enter(Phase next) {
        if (stopped == null) {
            phase = next;
        }
        return stopped == null;
    }

    private synchronized Throwable stopped() {
        return stopped;
    }

    private void chosen(Place place) {
        say("Job " + place.id() + " goes to " + place.host().name() + " (score "
                + Numbers.print(place.decision().score()) + ", "
                + place.request().wants() + ")");
        Instant now = service.clock().instant();
        PlacesAction.of(owner.run()).chosen(place, now);
        service.placements().note(new Placements.Placement(place, owner.run().getExternalizableId(), now));
    }

    private Job launch(Place place) {
        BuildJob known = new BuildJob(
                place.id(),
                place.host(),
                Optional.empty(),
                owner.run().getExternalizableId(),
                owner.step(),
                place.host().local() ? Optional.empty() : logins.id(wiring.settings()),
                place.reservation().user(),
                place.request().wants(),
                service.clock().instant(),
                false);
        remember(known);
        Audit.tell(owner.run(), known);
        return launch(known, wiring.settings());
    }

    private Job launch(BuildJob known, Settings settings) {
        try {
            JobSpec spec = step.toSpec(known.id(), settings, owner.variables());
            Job job = launchSurely(known, spec, settings);
            remember(known.started(job));
            return job;
        } catch (Failure e) {
            if (e.kind() != Failure.Kind.LOST) {
                forget(known);
            }
            throw e;
        } catch (IOException e) {
            forget(known);
            throw new Failure(Failure.Kind.SOFTWARE, "the variables of the build cannot be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.Kind.LOST, "interrupted while starting job " + known.id(), e);
        }
    }

    /** Asks again where the answer was lost: a job that runs is found by its id. */
    private Job launchSurely(BuildJob known, JobSpec spec, Settings settings) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return access.launcher()
                        .start(
                                known.host(),
                                spec,
                                Deadline.after(settings.core().scan().timeout(), System::nanoTime));
            } catch (TransportFailure e) {
                if (e.reason() != TransportFailure.Reason.LOST || attempt == TRIES) {
                    throw e;
                }
                Thread.sleep(1000L * attempt);
            }
        }
    }

    private synchronized void remember(BuildJob known) {
        record = known;
        service.jobs().put(known);
    }

    private synchronized void forget(BuildJob known) {
        record = null;
        service.jobs().remove(known.id());
    }

    private void resume(BuildJob known) throws Exception {
        wiring = service.wiring();
        synchronized (this) {
            record = known;
            phase = Phase.STARTING;
        }
        access = known.host().local()
                ? logins.local(service, wiring.settings())
                : logins.access(service, wiring.settings());
        say("Jenkins was restarted; going on with job " + known.id() + " on "
                + known.host().name());
        running(known.job().isPresent() ? known.job().get() : launch(known, wiring.settings()));
    }

    private void running(Job job) throws InterruptedException {
        BuildJob known;
        synchronized (this) {
            known = record;
            phase = Phase.RUNNING;
        }
        service.waitingRoom().leave(this);
        service.jobs().follow(known.id(), by -> stop(new AbortException("Ended by " + by)));
        try {
            watch(known, job);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Kind.STATE,
                    "the output of job " + known.id() + " cannot be followed: " + e.getMessage(),
                    e);
        }
        if (stopped() != null) {
            endRemotely();
        } else {
            owner.running(known);
        }
    }

    private void watch(BuildJob known, Job job) throws IOException, InterruptedException {
        JobOutput output =
                new JobOutput(this, service, known.id(), owner.listener().getLogger());
        synchronized (this) {
            watch = access.watch(known.host(), job, output.begin(), output);
        }
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
                if (pending != null) {
                    pending.cancel();
                }
                end(() -> owner.failed(cause));
            } else if (was == Phase.RUNNING) {
                endRemotely();
            }
        });
        return true;
    }

    private void endRemotely() {
        BuildJob known;
        synchronized (this) {
            known = record;
        }
        String where = "job " + known.id() + " on " + known.host().name();
        say("Ending " + where);
        try {
            JobState state = access.control()
                    .end(
                            known.host(),
                            known.job().orElseThrow(),
                            LoadshareService.END_GRACE,
                            Deadline.after(LoadshareService.END_LIMIT, System::nanoTime));
            close(known, state);
            say("Ended " + where);
        } catch (Failure e) {
            say("Could not end " + where + ": " + e.getMessage() + ". It may run on: see the Loadshare page");
            PlacesAction.of(owner.run())
                    .ended(known.id(), "unknown", service.clock().instant());
        }
        end(() -> owner.failed(stopped()));
    }

    /** The job has ended; called by the thread that watches. */
    void ended(JobState state, byte[] stdout) {
        if (service.isStopping()) {
            return; // found again after the restart
        }
        service.workers().execute(() -> {
            BuildJob known;
            synchronized (this) {
                if (stopped != null) {
                    return; // whoever ends it tells
                }
                known = record;
            }
            close(known, state);
            end(() -> owner.ended(state, stdout));
        });
    }

    private void close(BuildJob known, JobState state) {
        Instant now = service.clock().instant();
        service.jobs().ended(known.id());
        wiring.reservations()
                .end(known.id(), state.exitStatus().orElse(-1), Duration.between(known.startedAt(), now))
                .ifPresent(failure -> say("Warning: " + failure.getMessage()));
        PlacesAction.of(owner.run()).ended(known.id(), state.toString(), now);
    }

    /** It is not known what has become of the job; it stays on record. */
    void lost(String message) {
        fail(new Failure(Failure.Kind.LOST, message));
    }

    private void fail(Exception e) {
        if (service.isStopping()) {
            return;
        }
        if (!(e instanceof Failure || e instanceof IllegalArgumentException)) {
            LOGGER.log(Level.WARNING, "A job of " + owner.run() + " failed", e);
        }
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        end(() -> owner.failed(new AbortException(message)));
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

    /** A line of our own in the log. */
    void say(String line) {
        try {
            TaskListener listener = owner.listener();
            listener.getLogger().println("[loadshare] " + line);
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "The log of the build is gone", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** For those who look at a build that hangs. */
    String status() {
        BuildJob known;
        Phase now;
        synchronized (this) {
            known = record;
            now = phase;
        }
        return known == null
                ? "waiting for a place since " + since
                : now.name().toLowerCase(java.util.Locale.ROOT) + ": job " + known.id() + " on "
                        + known.host().name();
    }

    private final class Words implements DispatchListener {

        @Override
        public void waitsFor(List<String> reasons) {
            say("Waiting for a place:");
            reasons.forEach(reason -> say("  " + reason));
        }

        @Override
        public void goesElsewhere(String reason) {
            say(reason + "; trying another host");
        }

        @Override
        public void warn(String message) {
            say("Warning: " + message);
        }
    }
}
