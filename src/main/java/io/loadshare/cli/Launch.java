package io.loadshare.cli;

import io.loadshare.Failure;
import io.loadshare.dispatch.DispatchListener;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.Patience;
import io.loadshare.dispatch.Pending;
import io.loadshare.dispatch.Place;
import io.loadshare.host.HostName;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.JobLauncher;
import io.loadshare.job.JobSpec;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.probe.HostResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.TransportFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One request on its way to a started job: a place is reserved, the job is started there, and if that host turns out not to
 * take it the place is given back and the next one tried.
 */
final class Launch {

    /** A report this young says how a host is now. */
    private static final Duration YOUNG = Duration.ofSeconds(10);

    private final Wiring wiring;
    private final Console console;
    private final Dispatcher dispatcher;
    private final DispatchListener listener;
    private final Pending pending;
    private final Consumer<Place> chosen;
    private final JobLauncher launcher;
    private Consumer<Place> started = place -> {};

    /**
     * @param chosen is told where the job goes, each time that is decided
     */
    Launch(
            Wiring wiring,
            Console console,
            JobLauncher launcher,
            PlacementRequest request,
            Patience patience,
            Consumer<Place> chosen) {
        this.launcher = launcher;
        this.wiring = wiring;
        this.console = console;
        this.dispatcher = wiring.dispatcher();
        this.listener = RunCommand.words(console);
        this.pending = dispatcher.request(request, patience, listener);
        this.chosen = chosen;
    }

    /** Starts a job that outlives us, and gives its id. */
    String detach(Function<Place, JobSpec> spec) throws InterruptedException {
        return start(place -> launcher.start(place.host(), spec.apply(place), deadline()))
                .place()
                .id();
    }

    /** Runs a job with our streams, and gives its exit status. */
    int foreground(Function<Place, JobSpec> spec, boolean tty) throws InterruptedException {
        try (Terminal terminal = Terminal.open(tty, wiring.environment())) {
            Started<ForegroundJob> running = start(place ->
                    launcher.run(place.host(), spec.apply(place), terminal.forCommand(), terminal.isRaw(), deadline()));
            try (ForegroundJob job = running.job()) {
                started.accept(running.place());
                return new Foreground(wiring, console, running.place(), job).await();
            }
        }
    }

    /** Tells someone when a job with our streams has started. */
    void whenStarted(Consumer<Place> listener) {
        started = listener;
    }

    private record Started<T>(Place place, T job) {}

    /** Starts the job, on the next best host if need be. */
    private <T> Started<T> start(Function<Place, T> starter) throws InterruptedException {
        while (true) {
            Optional<Place> place = lookAgain(dispatcher.await(pending));
            if (place.isEmpty()) {
                continue;
            }
            chosen.accept(place.get());
            Optional<T> job = start(place.get(), starter);
            if (job.isPresent()) {
                return new Started<>(place.get(), job.get());
            }
        }
    }

    /** Measures the host once more where its report is not of this moment, and goes elsewhere if it has become worse. */
    private Optional<Place> lookAgain(Place place) throws InterruptedException {
        HostName host = place.host().name();
        Optional<Duration> age =
                wiring.scans().latest().of(host).age(wiring.clock().instant());
        if (place.settled() || age.isPresent() && age.get().compareTo(YOUNG) < 0) {
            return Optional.of(place);
        }
        HostResult look = wiring.scans().look(place.host());
        if (look.report().isPresent()) {
            return pending.lookAgain(place, look.report().get());
        }
        String reason = look.failure().orElseThrow().getMessage();
        console.say(reason + "; trying another host");
        pending.giveBack(place, reason);
        return Optional.empty();
    }

    private <T> Optional<T> start(Place place, Function<Place, T> starter) {
        if (!dispatcher.start(place, listener)) {
            return Optional.empty();
        }
        Instant startedAt = wiring.clock().instant();
        try {
            return Optional.of(starter.apply(place));
        } catch (TransportFailure e) {
            if (e.kind() != Failure.Kind.UNAVAILABLE) {
                wiring.tell(wiring.reservations().retreat(place.id()));
                throw e;
            }
            console.say(e.getMessage() + "; trying another host");
            pending.giveBack(place, e.getMessage());
            return Optional.empty();
        } catch (RuntimeException e) {
            Duration ran = Duration.between(startedAt, wiring.clock().instant());
            wiring.tell(wiring.reservations().end(place.id(), -1, ran));
            throw e;
        }
    }

    private Deadline deadline() {
        return wiring.deadline(wiring.configuration().scan().timeout());
    }
}
