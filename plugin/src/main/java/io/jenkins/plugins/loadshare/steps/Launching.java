package io.jenkins.plugins.loadshare.steps;

import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.Placements;
import io.jenkins.plugins.loadshare.service.PluginServices;
import io.loadshare.LoadshareException;
import io.loadshare.Numbers;
import io.loadshare.dispatch.DispatchListener;
import io.loadshare.dispatch.JobStart;
import io.loadshare.dispatch.Launch;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.dispatch.Postponement;
import io.loadshare.dispatch.WaitPolicy;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.job.Job;
import io.loadshare.job.JobSpec;
import io.loadshare.job.UnansweredStartException;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.transport.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The launch of a step's job. The job is recorded before its host is asked to start it. If the settings change while
 * the launch waits, it sends a new request under the new settings. Not thread-safe, except for {@link #cancel}.
 */
final class Launching implements Launch.Owner<Job> {

    private final LoadshareService service;
    private final PlacingStep step;
    private final JobOwner owner;
    private final Consumer<String> say;
    private final BooleanSupplier mayStart;
    private final BuildLogins logins;

    private Optional<Postponement> postponement = Optional.empty();
    private PluginServices wiring;
    private HostAccess access;
    private PlacementRequest request;
    private volatile Launch<Job> launch;
    private JobStart<Job> repeated;
    private List<String> waitsFor; // the reasons that the log shows

    /**
     * @param say writes a line to the log
     * @param mayStart checked before each start; false if the job was withdrawn
     */
    Launching(
            LoadshareService service,
            PlacingStep step,
            JobOwner owner,
            Consumer<String> say,
            BooleanSupplier mayStart) {
        this.service = service;
        this.step = step;
        this.owner = owner;
        this.say = say;
        this.mayStart = mayStart;
        this.logins = new BuildLogins(step, owner.requester());
    }

    PluginServices wiring() {
        return wiring;
    }

    /** Returns the access with which the job was started. */
    HostAccess access() {
        return access;
    }

    /**
     * Returns a desktop that runs already and serves the step, or else requests a slot. Checks the job first, since it
     * cannot start anywhere with a wrong variable.
     */
    Optional<FoundDesktop> findOrAsk() {
        check();
        Optional<FoundDesktop> found =
                step.find(request, wiring, host -> logins.access(service, wiring.settings(), host), say);
        if (found.isEmpty()) {
            ask();
        }
        return found;
    }

    /** Postpones the request. Until then, it waits in the queue. */
    void postpone(Postponement delay) {
        postponement = Optional.of(delay);
    }

    private void ask() {
        WaitPolicy patience = step.toPatience();
        Duration sinceAsked = Duration.between(owner.since(), service.clock().instant());
        Duration waited = sinceAsked.isNegative() ? Duration.ZERO : sinceAsked; // it is postponed
        Optional<Duration> left =
                patience.limit().map(limit -> limit.compareTo(waited) < 0 ? Duration.ZERO : limit.minus(waited));
        Launch<Job> asked = wiring.dispatcher()
                .launch(
                        step.kind(),
                        request,
                        new WaitPolicy(left, patience.mayScan()),
                        new BuildLogListener(),
                        wiring.scans()::look,
                        this);
        postponement.ifPresent(asked::postpone);
        excludeHostsWithoutLogin(asked);
        excludeHostsOfOwner(asked);
        launch = asked;
    }

    private void check() {
        wiring = service.wiring();
        PlacementRequest wanted =
                wiring.request(step.toWish(), owner.requester().job(), logins.user(wiring.settings()));
        request = step.restrict(wanted, wiring.settings().core().inventory());
        spec(variables -> step.toSpec("check", wiring.settings(), variables));
    }

    /** Continues the request with the new settings. */
    private void askAgain() {
        try {
            check();
            launch = launch.continueWith(wiring.dispatcher(), request, wiring.scans()::look);
            excludeHostsWithoutLogin(launch);
            excludeHostsOfOwner(launch);
        } catch (RuntimeException e) {
            launch.cancel();
            throw e;
        }
    }

    /** Excludes the hosts to which the build cannot log in. Fails if no other host is left. */
    private void excludeHostsWithoutLogin(Launch<Job> asked) {
        Optional<String> obstacle = logins.obstacle(wiring.settings());
        if (obstacle.isEmpty()) {
            return;
        }
        List<Host> candidates = Arrays.stream(request.candidates())
                .mapToObj(wiring.settings().core().inventory()::at)
                .toList();
        if (candidates.stream().noneMatch(Host::local)) {
            throw new LoadshareException(LoadshareException.Kind.CONFIGURATION, obstacle.get());
        }
        candidates.stream().filter(host -> !host.local()).forEach(host -> asked.exclude(host.name(), obstacle.get()));
    }

    /** Excludes the hosts that the owner must not use. Fails if no other host is left. */
    private void excludeHostsOfOwner(Launch<Job> asked) {
        Map<HostName, String> excluded = owner.excluded();
        boolean none = Arrays.stream(request.candidates())
                .mapToObj(wiring.settings().core().inventory()::at)
                .allMatch(host -> excluded.containsKey(host.name()));
        if (none && !excluded.isEmpty()) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    "none of the hosts can be used:\n  " + String.join("\n  ", excluded.values()));
        }
        excluded.forEach(asked::exclude);
    }

    /**
     * Resumes a recorded job after a restart of Jenkins.
     *
     * @return the job if it is known to have started; empty if its host may have been asked to start it, in which case
     *     {@link #tryNow} asks that host again
     */
    Optional<Job> resume(BuildJob known) {
        wiring = service.wiring();
        access = logins.access(service, wiring.settings(), known.host());
        if (known.job().isEmpty()) {
            UnansweredStartException first =
                    new UnansweredStartException(known.host().name(), known.id(), "Jenkins was restarted", null);
            repeated = JobStart.repeated(first, () -> startAgain(known), askForAnswer(known.host()), service.clock());
        }
        return known.job();
    }

    boolean isDue() {
        if (repeated != null) {
            return repeated.isDue();
        }
        return !isUnanswered() && wiring.settings() != service.settings() || launch.isDue();
    }

    /** Returns whether a host may have been asked to start the job and has not answered. */
    boolean isUnanswered() {
        return repeated != null || launch != null && launch.isUnanswered();
    }

    /**
     * Tries once to make progress.
     *
     * @return the started job; empty if it still waits for a slot or for an answer
     */
    Optional<Job> tryNow() throws InterruptedException {
        if (repeated != null) {
            return repeat();
        }
        if (!isUnanswered() && wiring.settings() != service.settings()) {
            askAgain();
        }
        return launch.tryNow().map(Launch.Started::job);
    }

    private Optional<Job> repeat() {
        try {
            return repeated.tryNow();
        } catch (UnansweredStartException e) {
            throw e;
        } catch (LoadshareException e) {
            service.jobs()
                    .of(owner.requester(), owner.step())
                    .ifPresent(known -> service.jobs().remove(known.id()));
            say.accept(e.getMessage() + "; asking for another place");
            repeated = null;
            check();
            ask();
            return Optional.empty();
        }
    }

    /** Returns the ID of the request. Empty before {@link #findOrAsk}. */
    Optional<String> id() {
        return Optional.ofNullable(launch).map(Launch::id);
    }

    void cancel() {
        Launch<Job> now = launch;
        if (now != null) {
            now.cancel();
        }
    }

    @Override
    public void prepare(PlacedRequest place) {
        access = logins.access(service, wiring.settings(), place.host()); // an old access may have been closed
        try {
            owner.prepare(place.host(), access);
        } catch (LoadshareException e) {
            excludeHostsOfOwner(launch);
            throw e;
        }
    }

    @Override
    public Job start(PlacedRequest place) {
        if (!mayStart.getAsBoolean()) {
            throw new CancellationException("job " + place.id() + " was withdrawn");
        }
        access = logins.access(service, wiring.settings(), place.host());
        BuildJob known = new BuildJob(
                place.id(),
                place.host(),
                Optional.empty(),
                owner.requester().build(),
                owner.step(),
                place.host().local() ? Optional.empty() : logins.id(wiring.settings()),
                place.reservation().user(),
                place.request().wants(),
                service.clock().instant(),
                step.isHolder(),
                BuildJob.Progress.RUNNING);
        return start(known, place.prepared(spec(known)), () -> {
            service.jobs().put(known);
            AuditLog.note(owner.requester(), known);
        });
    }

    private Job startAgain(BuildJob known) {
        owner.prepare(known.host(), access);
        return start(known, spec(known), () -> {});
    }

    private Job start(BuildJob known, JobSpec spec, Runnable beforeBeginning) {
        Job job = access.engine().start(known.host(), spec, beforeBeginning, soon());
        step.awaitReady(known, job, access, wiring.settings());
        service.jobs().put(known.started(job));
        return job;
    }

    /** Returns the deadline for a short command on a host. */
    Deadline soon() {
        return Deadline.after(wiring.settings().core().scan().timeout(), System::nanoTime);
    }

    private JobSpec spec(BuildJob known) {
        return spec(variables -> step.toSpec(known, wiring.settings(), variables));
    }

    private JobSpec spec(Function<Map<String, String>, JobSpec> conversion) {
        try {
            return conversion.apply(owner.variables());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadshareException(LoadshareException.Kind.LOST, "interrupted while the job was prepared", e);
        } catch (IOException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.SOFTWARE,
                    "the variables of the build cannot be read: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public void notStarted(PlacedRequest place) {
        service.jobs().remove(place.id());
    }

    @Override
    public Duration askForAnswer(Host host) {
        return wiring.settings().core().job().unreachableTimeout();
    }

    private final class BuildLogListener implements DispatchListener {

        @Override
        public void goesTo(PlacedRequest place) {
            owner.waits(List.of());
            say.accept("Job " + place.id() + " goes to " + place.host().name() + " (score "
                    + Numbers.print(place.decision().score()) + ", "
                    + place.request().wants() + ")");
            owner.places().chosen(place, service.clock().instant());
            service.placements()
                    .note(new Placements.Placement(place.id(), owner.requester().build()));
        }

        @Override
        public void waitsFor(List<String> reasons) {
            owner.waits(reasons);
            if (!reasons.equals(waitsFor)) {
                waitsFor = reasons;
                say.accept("Waiting for a place:\n  " + String.join("\n  ", reasons));
            }
        }

        @Override
        public void unanswered(PlacedRequest place) {
            say.accept(place.host().name() + " was asked to start job " + place.id()
                    + " and has not answered, so it may run; asking again");
        }

        @Override
        public void goesElsewhere(HostName host, String reason) {
            say.accept((reason.contains(host.value()) ? reason : host + ": " + reason) + "; trying another host");
        }

        @Override
        public void warn(String message) {
            say.accept("Warning: " + message);
        }
    }
}
