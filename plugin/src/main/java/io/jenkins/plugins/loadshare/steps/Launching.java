package io.jenkins.plugins.loadshare.steps;

import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.service.Placements;
import io.jenkins.plugins.loadshare.service.PluginServices;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.Numbers;
import io.loadshare.dispatch.Departure;
import io.loadshare.dispatch.DispatchListener;
import io.loadshare.dispatch.PendingRequest;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.dispatch.WaitPolicy;
import io.loadshare.host.HostName;
import io.loadshare.job.Job;
import io.loadshare.job.JobSpec;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.transport.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * From what a step wants to a started job, whose record exists before it is started. When the settings change it asks anew,
 * by the new ones. One thread at a time, but {@link #cancel} from any.
 */
final class Launching {

    private final LoadshareService service = LoadshareService.get();
    private final PlacingStep step;
    private final JobOwner owner;
    private final Consumer<String> say;
    private final BuildLogins logins;

    private PluginServices wiring;
    private HostAccess access;
    private PlacementRequest request;
    private volatile PendingRequest pending;
    private Departure departure;

    /** @param say writes a line to the log */
    Launching(PlacingStep step, JobOwner owner, Consumer<String> say) {
        this.step = step;
        this.owner = owner;
        this.say = say;
        this.logins = new BuildLogins(step, owner.run());
    }

    PluginServices wiring() {
        return wiring;
    }

    /** By which the job was started. */
    HostAccess access() {
        return access;
    }

    /** Asks for a place. */
    void ask() {
        wiring = service.wiring();
        Settings settings = wiring.settings();
        request = wiring.request(step.toWish(), owner.run().getParent(), logins.user(settings));
        access = logins.access(service, settings, request); // a wrong login fails before it waits
        WaitPolicy patience = step.toPatience();
        Duration waited = Duration.between(owner.since(), service.clock().instant());
        Optional<Duration> left =
                patience.limit().map(limit -> limit.compareTo(waited) < 0 ? Duration.ZERO : limit.minus(waited));
        DispatchListener words = new Words();
        pending = wiring.dispatcher().request(request, new WaitPolicy(left, patience.mayScan()), words);
        departure = new Departure(wiring.dispatcher(), pending, wiring.scans()::look, words, this::chosen);
    }

    boolean isDue() {
        return wiring.settings() != Settings.current() || pending.isDue();
    }

    /** Tries to get a place. */
    Optional<PlacedRequest> place() {
        if (wiring.settings() != Settings.current()) {
            pending.cancel();
            ask();
        }
        return pending.tryNow();
    }

    /** Starts the job on the place; empty if that is given back, and another to be tried for. */
    Optional<Job> start(PlacedRequest place) throws InterruptedException {
        return departure.start(place, this::launch).map(Departure.Started::job);
    }

    /** Gives back a place that is not needed. */
    void retreat(PlacedRequest place) {
        wiring.reservations().retreat(place.id());
    }

    void cancel() {
        PendingRequest now = pending;
        if (now != null) {
            now.cancel();
        }
    }

    /** Goes on with a job on record, which was started or may have been: it is started again under the same id. */
    Job resume(BuildJob known) {
        wiring = service.wiring();
        access = known.host().local()
                ? logins.local(service, wiring.settings())
                : logins.access(service, wiring.settings());
        return known.job().orElseGet(() -> launch(known, true));
    }

    private void chosen(PlacedRequest place) {
        say.accept("Job " + place.id() + " goes to " + place.host().name() + " (score "
                + Numbers.print(place.decision().score()) + ", "
                + place.request().wants() + ")");
        Instant now = service.clock().instant();
        PlacesAction.of(owner.run()).chosen(place, now);
        service.placements()
                .note(new Placements.Placement(place.id(), owner.run().getExternalizableId()));
    }

    private Job launch(PlacedRequest place) {
        access = logins.access(service, wiring.settings(), request); // that of long ago may have been closed
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
        service.jobs().put(known);
        AuditLog.tell(owner.run(), known);
        return launch(known, false);
    }

    private Job launch(BuildJob known, boolean resumed) {
        boolean keep = resumed; // what is on record may run
        try {
            JobSpec spec = step.toSpec(known.id(), wiring.settings(), owner.variables());
            Deadline soon = Deadline.after(wiring.settings().core().scan().timeout(), System::nanoTime);
            Job job = access.launcher().start(known.host(), spec, soon);
            service.jobs().put(known.started(job));
            keep = true;
            return job;
        } catch (InterruptedException e) {
            keep = true;
            Thread.currentThread().interrupt();
            throw new LoadshareException(
                    LoadshareException.Kind.LOST, "interrupted while job " + known.id() + " was started", e);
        } catch (IOException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.SOFTWARE,
                    "the variables of the build cannot be read: " + e.getMessage(),
                    e);
        } catch (LoadshareException e) {
            keep = resumed || e.kind() == LoadshareException.Kind.LOST;
            throw e;
        } finally {
            if (!keep) {
                service.jobs().remove(known.id());
            }
        }
    }

    private final class Words implements DispatchListener {

        @Override
        public void waitsFor(List<String> reasons) {
            say.accept("Waiting for a place:\n  " + String.join("\n  ", reasons));
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
