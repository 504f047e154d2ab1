package io.jenkins.plugins.loadshare.nodes;

import io.loadshare.Failure;
import io.loadshare.dispatch.DispatchListener;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.Patience;
import io.loadshare.dispatch.Pending;
import io.loadshare.dispatch.Place;
import io.loadshare.dispatch.Reservations;
import io.loadshare.host.HostName;
import io.loadshare.placement.PlacementRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One build's wish for a seat: <i>asking</i> until it has a place, <i>placed</i> until it starts or the place expires,
 * <i>started</i> until it is gone. Changed only by {@link SeatDesk}; what the Queue reads is volatile.
 */
final class SeatRequest implements DispatchListener {

    private static final Logger LOGGER = Logger.getLogger(SeatRequest.class.getName());

    /** How long a place is kept for a build that does not start: its executor was taken, or its node is gone. */
    private static final Duration EXPIRY = Duration.ofSeconds(30);

    private final String license;
    private Dispatcher dispatcher;
    private Pending pending;
    private List<Integer> candidates = List.of();
    private Instant notBefore = Instant.MIN;
    private Instant startedAt;
    private volatile Seat seat;
    private volatile String reason = Messages.SeatDispatcher_asking();

    /** The place that a build has got. */
    record Seat(Place place) {

        String machine() {
            return place.host().name().value();
        }

        boolean isOn(Machines machines, String node) {
            int position = machines.position(node);
            return position >= 0
                    && machines.name(position).equals(place.host().name())
                    && machines.user(node).equals(place.reservation().user());
        }
    }

    SeatRequest(String license) {
        this.license = license;
    }

    String license() {
        return license;
    }

    /** Where the build may run; empty while there is no seat for it. Any thread may call. */
    Optional<Seat> place() {
        return Optional.ofNullable(seat);
    }

    /** Why there is no seat yet, in words. Any thread may call. */
    String reason() {
        return reason;
    }

    boolean isStarted() {
        return startedAt != null;
    }

    /** The machine that the running build occupies. */
    Optional<HostName> occupied() {
        return startedAt == null
                ? Optional.empty()
                : Optional.of(seat.place().host().name());
    }

    boolean isExpired(Instant now) {
        return seat != null
                && startedAt == null
                && seat.place().reservation().placedAt().plus(EXPIRY).isBefore(now);
    }

    /**
     * Tries to get a place, if it is time to.
     *
     * @param request where and as whom
     * @return whether there is one now
     */
    boolean tryNow(Dispatcher by, PlacementRequest request, Instant now, Duration pause) {
        if (now.isBefore(notBefore)) {
            return false;
        }
        ask(by, request);
        if (!pending.isDue()) {
            return false;
        }
        try {
            seat = pending.tryNow().map(Seat::new).orElse(null);
        } catch (Failure e) {
            reason = e.getMessage();
            pending = null;
            notBefore = now.plus(pause);
        }
        return seat != null;
    }

    private void ask(Dispatcher by, PlacementRequest request) {
        List<Integer> asked =
                java.util.Arrays.stream(request.candidates()).boxed().toList();
        if (pending == null || dispatcher != by) {
            cancel();
            dispatcher = by;
            pending = by.request(request, Patience.ENDLESS.withoutScan(), this);
        } else if (!asked.equals(candidates)) {
            pending.askFor(request);
        }
        candidates = asked;
    }

    /** Says why it cannot even be asked for a place. */
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

    /** The build has begun. */
    void start(Dispatcher by, Instant now) {
        startedAt = now;
        if (!by.start(seat.place(), this)) {
            LOGGER.log(Level.WARNING, "The seat of license {0} on {1} was lost before its build began", new Object[] {
                license, seat.machine()
            });
        }
    }

    /** Takes the place away, for nobody has used it. The Queue's lock must be held, so that it does not do so now. */
    Place takeAway() {
        Place unused = seat.place();
        seat = null;
        pending = null;
        reason = Messages.SeatDispatcher_asking();
        return unused;
    }

    /** The build is gone: it has ended, or will not run. */
    void end(Reservations reservations, Instant now) {
        cancel();
        if (startedAt != null) {
            reservations
                    .end(seat.place().id(), -1, Duration.between(startedAt, now))
                    .ifPresent(e -> warn(e.getMessage()));
        } else if (seat != null) {
            reservations.retreat(seat.place().id()).ifPresent(e -> warn(e.getMessage()));
        }
    }

    private void cancel() {
        if (pending != null) {
            pending.cancel();
            pending = null;
        }
    }
}
