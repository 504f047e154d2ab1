package io.jenkins.plugins.loadshare.seats;

import io.loadshare.LoadshareException;
import io.loadshare.dispatch.DispatchListener;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.PendingRequest;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.dispatch.Reservations;
import io.loadshare.dispatch.WaitPolicy;
import io.loadshare.placement.PlacementRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A build's request for a seat: <i>asking</i> until it is placed, <i>placed</i> until the build starts or the
 * reservation expires, <i>started</i> until the build is gone. Changed only by {@link SeatRound}; fields that the Queue
 * reads are volatile.
 */
final class SeatRequest implements DispatchListener {

    private static final Logger LOGGER = Logger.getLogger(SeatRequest.class.getName());

    /**
     * How long a reservation is kept for a build that does not start, because its executor was taken or its node is
     * gone.
     */
    private static final Duration EXPIRY = Duration.ofSeconds(30);

    private final List<String> licenses;
    private final Optional<String> run;
    private Dispatcher dispatcher;
    private PendingRequest pending;
    private List<Integer> candidates = List.of();
    private Instant notBefore = Instant.MIN;
    private PlacedRequest place;
    private Instant publishedAt;
    private Instant startedAt;
    private volatile BuildSeat seat;
    private volatile String reason = Messages.SeatDispatcher_asking();

    /** @param run the build, if it continues after a restart of Jenkins */
    SeatRequest(List<String> licenses, Optional<String> run) {
        this.licenses = licenses;
        this.run = run;
    }

    List<String> licenses() {
        return licenses;
    }

    Optional<String> run() {
        return run;
    }

    /** Returns the seat of the build; empty while it waits. Any thread may call. */
    Optional<BuildSeat> seat() {
        return Optional.ofNullable(seat);
    }

    /** Returns why the build has no seat yet, as text. Any thread may call. */
    String reason() {
        return reason;
    }

    boolean isStarted() {
        return startedAt != null;
    }

    boolean isExpired(Instant now) {
        return seat != null && seat.node().isEmpty() && publishedAt.plus(EXPIRY).isBefore(now);
    }

    /**
     * Tries to reserve a slot if it is time to. The Queue does not see it until it is {@linkplain #publish published}.
     *
     * @param request the candidates and the login
     */
    void tryNow(Dispatcher by, PlacementRequest request, Instant now, Duration pause) {
        if (place != null || now.isBefore(notBefore)) {
            return;
        }
        ask(by, request);
        if (!pending.isDue()) {
            return;
        }
        try {
            place = pending.tryNow().orElse(null);
        } catch (LoadshareException e) {
            reason = e.getMessage();
            pending = null;
            notBefore = now.plus(pause);
        }
    }

    /** Returns the seat that the Queue does not see yet. */
    Optional<BuildSeat> unpublished() {
        return seat == null && place != null
                ? Optional.of(BuildSeat.of(place.reservation(), Optional.empty()))
                : Optional.empty();
    }

    private void ask(Dispatcher by, PlacementRequest request) {
        List<Integer> asked = Arrays.stream(request.candidates()).boxed().toList();
        if (pending == null || dispatcher != by) {
            cancel();
            dispatcher = by;
            pending = by.request(request, WaitPolicy.ENDLESS.withoutScan(), this);
        } else if (!asked.equals(candidates)) {
            pending.askFor(request);
        }
        candidates = asked;
    }

    /** Allows the build to leave the Queue. */
    void publish(BuildSeat got, Instant now) {
        publishedAt = now;
        seat = got;
    }

    /** Sets the reason why no slot can be requested. */
    void postpone(String why) {
        reason = why;
    }

    @Override
    public void waitsFor(List<String> reasons) {
        reason = String.join("; ", reasons);
    }

    @Override
    public void warn(String message) {
        LOGGER.warning(message);
    }

    /** Records that the build has started. */
    void start(Dispatcher by, String node, Instant now) {
        startedAt = now;
        seat = seat.takenOn(node);
        if (place != null && !by.start(place, this)) {
            LOGGER.log(Level.WARNING, "The seat of license {0} on {1} was lost before its build began", new Object[] {
                String.join(", ", licenses), seat.machine()
            });
        }
    }

    /** Withdraws an unused seat. The caller must hold the Queue's lock, so that the build cannot start now. */
    BuildSeat takeAway() {
        BuildSeat unused = seat;
        place = null;
        seat = null;
        pending = null;
        reason = Messages.SeatDispatcher_asking();
        return unused;
    }

    /** Records that the build is gone: it ended, or will not run. */
    void end(Reservations reservations, Instant now) {
        cancel();
        if (startedAt != null || seat != null && place == null) {
            reservations.end(seat.id(), OptionalInt.empty(), startedAt == null ? now : startedAt, this::warn);
        } else if (place != null) {
            reservations.retreat(place.id(), this::warn);
        }
    }

    private void cancel() {
        if (pending != null) {
            pending.cancel();
            pending = null;
        }
    }
}
