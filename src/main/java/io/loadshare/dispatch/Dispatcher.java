package io.loadshare.dispatch;

import io.loadshare.ledger.LedgerBusyException;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.LicenseServer;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.Placer;
import io.loadshare.scan.LoadSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * From a request to a reserved place: decides on what is known, measures hosts if nothing is, and waits if nothing will do.
 *
 * <p>One attempt goes so:
 * <ol>
 *   <li>The license server is asked, if the request needs one; an answer serves for a while.
 *   <li>Hosts that can tell how they are at this moment ({@link LiveHosts}) are asked.
 *   <li>If no host that may ever do has a fresh report, or a waiting request's retry is due and still none will do, the
 *       hosts are measured, if the request allows it. Otherwise there is no more network I/O.
 *   <li>On the board that is known and the newest ledger a place is chosen and promised in one transaction. If its host
 *       was asked it has to agree; if it tells new figures instead, the place is chosen anew.
 *   <li>If nothing will do the request becomes a ticket, which {@link TicketQueue} serves in turn.
 * </ol>
 *
 * <p>{@link #request} gives a {@link PendingRequest}, which needs no thread while it waits; {@link #place} waits itself.
 *
 * <p>If the ledger stays locked, a job without a license goes on with a warning, on what can be read; a job with one
 * fails, since two might take one seat. Any thread may call.
 */
public final class Dispatcher {

    /** How often a waiting request looks whether something has changed; it costs one look at a file's attributes. */
    static final Duration LOOK = Duration.ofSeconds(1);

    private final Placer placer;
    private final Reservations reservations;
    private final LoadSource load;
    private final LicenseServer licenseServer;
    private final JobIds ids;
    private final RetryBackoff backoff;
    private final InstantSource clock;
    private final Pause pause;

    /** Lets time pass. */
    @FunctionalInterface
    public interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    /** Whoever awaits a place sleeps meanwhile. */
    public Dispatcher(
            Placer placer,
            Reservations reservations,
            LoadSource load,
            LicenseServer licenseServer,
            JobIds ids,
            RetrySettings retry,
            InstantSource clock) {
        this(
                placer,
                reservations,
                load,
                licenseServer,
                ids,
                retry,
                clock,
                time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()));
    }

    public Dispatcher(
            Placer placer,
            Reservations reservations,
            LoadSource load,
            LicenseServer licenseServer,
            JobIds ids,
            RetrySettings retry,
            InstantSource clock,
            Pause pause) {
        this.placer = placer;
        this.reservations = reservations;
        this.load = load;
        this.licenseServer = licenseServer;
        this.ids = ids;
        this.backoff = new RetryBackoff(retry);
        this.clock = clock;
        this.pause = pause;
    }

    /** Where a job would go now; nothing is promised, and nobody's turn is respected. */
    public PlacementResult best(PlacementRequest request, boolean mayScan) {
        PlacementRequest asked = withServerAnswer(request);
        HostObservations findings = new HostObservations();
        try (LiveRound round = mayScan ? askOrScan(asked, findings, true) : ask(asked)) {
            return place(asked, round, findings);
        }
    }

    /** The same, again and again while no host will do now but one may later, as long as patience lasts. */
    public PlacementResult best(PlacementRequest request, WaitPolicy patience) throws InterruptedException {
        Instant end = patience.limit().map(clock.instant()::plus).orElse(Instant.MAX);
        PlacementResult result = best(request, patience.mayScan());
        while (result instanceof PlacementResult.NotNow && clock.instant().isBefore(end)) {
            pause.sleep(LOOK);
            result = best(request, patience.mayScan());
        }
        return result;
    }

    /** Asks those of a request's hosts that can be asked. */
    LiveRound ask(PlacementRequest request) {
        return reservations.live().ask(request, load.latest());
    }

    /**
     * The same, and measures all hosts if none will do by what is known.
     *
     * @param ifUnknown whether to measure only if nothing is known of the hosts that may ever do
     */
    LiveRound askOrScan(PlacementRequest request, HostObservations findings, boolean ifUnknown) {
        LiveRound round = ask(request);
        if (place(request, round, findings) instanceof PlacementResult.NotNow notNow
                && (notNow.asksForScan() || !ifUnknown)) {
            round.close();
            refresh(request);
            return ask(request);
        }
        return round;
    }

    private PlacementResult place(PlacementRequest request, LiveRound round, HostObservations findings) {
        return placer.place(
                round.narrowed(request),
                findings.over(load.latest(), round.board()),
                round.truth(reservations.view()),
                clock.instant());
    }

    /** A request that is yet to be tried. */
    public PendingRequest request(PlacementRequest request, WaitPolicy patience, DispatchListener listener) {
        return new PendingRequest(this, ids.next(), request, patience, listener);
    }

    /**
     * Reserves a place, waiting for it as long as the request's patience lasts.
     *
     * @throws io.loadshare.LoadshareException of kind UNAVAILABLE if no host will do, of kind LIMIT if a license is what lacks, each
     *     with the reasons; and whatever ledger and load source throw
     */
    public PlacedRequest place(PlacementRequest request, WaitPolicy patience, DispatchListener listener)
            throws InterruptedException {
        return await(request(request, patience, listener));
    }

    /** The launch of a job, which is yet to be tried. */
    public <T> Launch<T> launch(
            PlacementRequest request, WaitPolicy patience, DispatchListener listener, Launch.Owner<T> owner) {
        return new Launch<>(this, request(request, patience, listener), listener, owner);
    }

    /** Waits until a pending request has a place; gives it up if it fails or the thread is interrupted. */
    public PlacedRequest await(PendingRequest pending) throws InterruptedException {
        return await(pending::tryNow, pending::isDue, pending::nextTry, pending::cancel);
    }

    /** Waits until a job has started; gives the request up if that fails or the thread is interrupted. */
    public <T> Launch.Started<T> await(Launch<T> launch) throws InterruptedException {
        return await(launch::tryNow, launch::isDue, launch::nextTry, launch::cancel);
    }

    private interface Attempted<T> {
        Optional<T> tryNow() throws InterruptedException;
    }

    private <T> T await(Attempted<T> attempted, BooleanSupplier isDue, Supplier<Instant> nextTry, Runnable cancel)
            throws InterruptedException {
        try {
            while (true) {
                Optional<T> got = attempted.tryNow();
                if (got.isPresent()) {
                    return got.get();
                }
                do {
                    pause.sleep(shorter(LOOK, Duration.between(clock.instant(), nextTry.get())));
                } while (!isDue.getAsBoolean());
            }
        } finally {
            cancel.run();
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        Duration shorter = a.compareTo(b) < 0 ? a : b;
        return shorter.isNegative() ? Duration.ZERO : shorter;
    }

    /**
     * Records that a job is about to start on its place.
     *
     * @return whether it may; if not, the place is lost and the request must be tried again
     */
    public boolean start(PlacedRequest place, DispatchListener listener) {
        try {
            return reservations.start(place, load.latest());
        } catch (LedgerBusyException e) {
            if (place.reservation().license().isPresent() && !place.recorded()) {
                throw e;
            }
            listener.warn(e.getMessage() + "; the start of job " + place.id() + " was not recorded");
            return true;
        }
    }

    InstantSource clock() {
        return clock;
    }

    Instant now() {
        return clock.instant();
    }

    RetryBackoff backoff() {
        return backoff;
    }

    LoadSource load() {
        return load;
    }

    Reservations reservations() {
        return reservations;
    }

    PlacementRequest withServerAnswer(PlacementRequest request) {
        if (request.license().isEmpty() || request.license().get().server().isEmpty()) {
            return request;
        }
        LicenseFeature feature = request.license().get();
        return request.withLicense(feature, Optional.of(licenseServer.usage(feature)));
    }

    /** Measures a request's hosts, and closes the promises that turn out to be void. */
    private void refresh(PlacementRequest request) {
        LoadBoard known = load.latest();
        reservations.reconcile(load.refresh(Arrays.stream(request.candidates())
                .mapToObj(position -> known.inventory().at(position).name())
                .toList()));
    }
}
