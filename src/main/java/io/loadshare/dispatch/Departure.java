package io.loadshare.dispatch;

import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.probe.HostResult;
import io.loadshare.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * From a reserved place to a started job: the host is looked at once more, and the job started there. If the host turns out
 * not to take it the place is given back, and the request is open for the next one. One thread at a time.
 */
public final class Departure {

    /** A report this young says how a host is now. */
    private static final Duration YOUNG = Duration.ofSeconds(10);

    private static final int UNKNOWN_STATUS = -1;

    /** As a shell says that a command could not be run. */
    private static final int NOT_STARTED = 126;

    private final Dispatcher dispatcher;
    private final PendingRequest pending;
    private final Look look;
    private final DispatchListener listener;
    private final Consumer<PlacedRequest> chosen;

    /** Measures one host. */
    @FunctionalInterface
    public interface Look {
        HostResult at(Host host) throws InterruptedException;
    }

    /** A job that runs, and where. */
    public record Started<T>(PlacedRequest place, T job) {}

    /** @param chosen is told where the job goes, each time that is decided */
    public Departure(
            Dispatcher dispatcher,
            PendingRequest pending,
            Look look,
            DispatchListener listener,
            Consumer<PlacedRequest> chosen) {
        this.dispatcher = dispatcher;
        this.pending = pending;
        this.look = look;
        this.listener = listener;
        this.chosen = chosen;
    }

    /**
     * Starts the job.
     *
     * @param starter throws a {@link TransportException} of kind UNAVAILABLE if the host did not take the job
     * @return empty if the place is given back, and the request to be tried again
     * @throws RuntimeException whatever else {@code starter} throws; the promise is closed by then, unless the host was asked to
     *     start the job and its answer was lost
     */
    public <T> Optional<Started<T>> start(PlacedRequest reserved, Function<PlacedRequest, T> starter)
            throws InterruptedException {
        Optional<PlacedRequest> place = lookAgain(reserved);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        chosen.accept(place.get());
        return startAt(place.get(), starter).map(job -> new Started<>(place.get(), job));
    }

    /** Measures the host once more where its report is not of this moment, and goes elsewhere if it has become worse. */
    private Optional<PlacedRequest> lookAgain(PlacedRequest place) throws InterruptedException {
        HostName host = place.host().name();
        Optional<Duration> age = dispatcher.load().latest().of(host).age(dispatcher.now());
        if (place.settled() || age.isPresent() && age.get().compareTo(YOUNG) < 0) {
            return Optional.of(place);
        }
        listener.step("looking at " + host + " once more, since "
                + age.map(old -> "its last report is " + Durations.print(old) + " old")
                        .orElse("there is no report of it"));
        HostResult found = look.at(place.host());
        if (found.report().isPresent()) {
            return pending.lookAgain(place, found.report().get());
        }
        giveBack(place, found.failure().orElseThrow().getMessage());
        return Optional.empty();
    }

    private <T> Optional<T> startAt(PlacedRequest place, Function<PlacedRequest, T> starter) {
        if (!dispatcher.start(place, listener)) {
            return Optional.empty();
        }
        Instant startedAt = dispatcher.now();
        try {
            T job = starter.apply(place);
            listener.step("job " + place.id() + " started within "
                    + Durations.print(Duration.between(startedAt, dispatcher.now())));
            return Optional.of(job);
        } catch (TransportException e) {
            if (e.kind() == LoadshareException.Kind.LOST) {
                throw e; // the job may run: a scan that does not find it closes the promise
            }
            if (e.kind() != LoadshareException.Kind.UNAVAILABLE) {
                tell(dispatcher.reservations().retreat(place.id()));
                throw e;
            }
            giveBack(place, e.getMessage());
            return Optional.empty();
        } catch (RuntimeException e) {
            Duration ran = Duration.between(startedAt, dispatcher.now());
            boolean notStarted =
                    e instanceof LoadshareException failure && failure.kind() == LoadshareException.Kind.STATE;
            tell(dispatcher.reservations().end(place.id(), notStarted ? NOT_STARTED : UNKNOWN_STATUS, ran));
            throw e;
        }
    }

    private void giveBack(PlacedRequest place, String reason) {
        listener.goesElsewhere(place.host().name(), reason);
        pending.giveBack(place, reason);
    }

    private void tell(Optional<LoadshareException> unrecorded) {
        unrecorded.ifPresent(failure -> listener.warn(failure.getMessage() + "; the next scan closes the promise"));
    }
}
