package io.loadshare.dispatch;

import io.loadshare.ledger.Claim;
import io.loadshare.ledger.LedgerBusyException;
import io.loadshare.license.LicenseServer;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.Placer;
import io.loadshare.scan.LastLook;
import io.loadshare.scan.LoadSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The dispatcher of requests, which reserves a slot for each of them. It decides on known load reports, measures hosts
 * if no fresh report exists, and waits if no host is suitable.
 *
 * <p>One attempt consists of these steps:
 * <ol>
 *   <li>If the request needs a license, query the license server. An answer is reused for a while.
 *   <li>Query the hosts that can report their current state ({@link LiveHosts}).
 *   <li>Measure the hosts, if the request allows it, in two cases: no host that can ever be suitable has a fresh
 *     report, or the retry of a waiting request is due and still no host is suitable. Otherwise no further network I/O
 *     follows.
 *   <li>Choose a host from the known load board and the newest ledger, and record the reservation, in one transaction.
 *     If the host was queried, it must agree. If it answers with new figures instead, choose again.
 *   <li>If no host is suitable, turn the request into a ticket, which {@link TicketQueue} serves in order.
 * </ol>
 *
 * <p>{@link #request} returns a {@link PendingRequest}, which uses no thread while it waits. {@link #place} blocks
 * until the request has a reservation.
 *
 * <p>If the ledger stays locked, a job without a license continues with a warning, based on what can be read. A job
 * with a license fails, because two jobs could take the same seat. This class is thread-safe.
 */
public final class Dispatcher {

    /** How often to check an entry that another process is about to change. */
    private static final Duration ENTRY_LOOK = Duration.ofMillis(200);

    private final Placer placer;
    private final Reservations reservations;
    private final LoadSource load;
    private final LicenseServer licenseServer;
    private final JobIds ids;
    private final RetryBackoff backoff;
    private final InstantSource clock;
    private final Pause pause;

    /** Suspends the calling thread. */
    @FunctionalInterface
    interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    Dispatcher(DispatcherBuilder parts, Reservations reservations) {
        this.placer = parts.placer;
        this.reservations = reservations;
        this.load = parts.load;
        this.licenseServer = parts.licenseServer;
        this.ids = parts.ids;
        this.backoff = parts.backoff;
        this.clock = parts.clock;
        this.pause = parts.pause;
    }

    /** Returns where a job would run now. Reserves nothing and ignores the queue of waiting requests. */
    public PlacementResult best(PlacementRequest request, boolean mayScan) {
        PlacementRequest asked = withServerAnswer(request);
        HostObservations findings = new HostObservations(backoff);
        try (LiveRound round = mayScan ? askOrScan(asked, findings, true) : ask(asked)) {
            return place(asked, round, findings);
        }
    }

    /**
     * Like {@link #best(PlacementRequest, boolean)}, but repeats while no host is suitable now and one may be later, up
     * to the wait limit.
     */
    public PlacementResult best(PlacementRequest request, WaitPolicy waitPolicy) throws InterruptedException {
        Instant end = waitPolicy.limit().map(clock.instant()::plus).orElse(Instant.MAX);
        PlacementResult result = best(request, waitPolicy.mayScan());
        while (result instanceof PlacementResult.NotNow && clock.instant().isBefore(end)) {
            pause.sleep(QueueTurn.LOOK);
            result = best(request, waitPolicy.mayScan());
        }
        return result;
    }

    /** Queries the hosts of a request that support queries. */
    LiveRound ask(PlacementRequest request) {
        return reservations.live().ask(request, load.latest());
    }

    /**
     * Like {@link #ask}, and measures all hosts if no host is suitable according to the known reports.
     *
     * @param ifUnknown whether to measure only if nothing is known about the hosts that can ever be suitable
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

    /** Creates a request. It has not been tried yet. */
    public PendingRequest request(PlacementRequest request, WaitPolicy waitPolicy, DispatchListener listener) {
        return request(JobKind.ORDINARY, request, waitPolicy, listener);
    }

    private PendingRequest request(
            JobKind kind, PlacementRequest request, WaitPolicy waitPolicy, DispatchListener listener) {
        return new PendingRequest(this, kind, kind.nextId(ids), request, waitPolicy, listener);
    }

    /**
     * Reserves a slot, and waits for it as long as the wait policy allows.
     *
     * @throws io.loadshare.LoadshareException with the reasons: of kind UNAVAILABLE if no host is suitable, of kind
     *     LIMIT if no license is available; also whatever the ledger and the load source throw
     */
    public PlacedRequest place(PlacementRequest request, WaitPolicy waitPolicy, DispatchListener listener)
            throws InterruptedException {
        return await(request(request, waitPolicy, listener));
    }

    /** Creates the launch of a job. It has not been tried yet. */
    public <T> Launch<T> launch(
            PlacementRequest request,
            WaitPolicy waitPolicy,
            DispatchListener listener,
            LastLook lastLook,
            Launch.Owner<T> owner) {
        return launch(JobKind.ORDINARY, request, waitPolicy, listener, lastLook, owner);
    }

    /**
     * Creates the launch of a job of some kind. It throws {@link JobOnRecordException} instead of starting a job if one
     * on record serves the request.
     */
    public <T> Launch<T> launch(
            JobKind kind,
            PlacementRequest request,
            WaitPolicy waitPolicy,
            DispatchListener listener,
            LastLook lastLook,
            Launch.Owner<T> owner) {
        return new Launch<>(this, request(kind, request, waitPolicy, listener), listener, lastLook, owner);
    }

    /**
     * Waits until a pending request has a reservation. Cancels the request if it fails or the thread is interrupted.
     */
    public PlacedRequest await(PendingRequest pending) throws InterruptedException {
        return await(pending::tryNow, pending::isDue, pending::nextLook, pending::cancel);
    }

    /** Waits until a job has started. Cancels the request if that fails or the thread is interrupted. */
    public <T> Launch.Started<T> await(Launch<T> launch) throws InterruptedException {
        return await(launch::tryNow, launch::isDue, launch::nextLook, launch::cancel);
    }

    private interface Attempted<T> {
        Optional<T> tryNow() throws InterruptedException;
    }

    private <T> T await(Attempted<T> attempted, BooleanSupplier isDue, Supplier<Instant> nextLook, Runnable cancel)
            throws InterruptedException {
        try {
            while (true) {
                Optional<T> got = attempted.tryNow();
                if (got.isPresent()) {
                    return got.get();
                }
                do {
                    Duration wait = Duration.between(clock.instant(), nextLook.get());
                    pause.sleep(wait.isNegative() ? Duration.ZERO : wait);
                } while (!isDue.getAsBoolean());
            }
        } finally {
            cancel.run();
        }
    }

    /** Waits until a ledger entry has changed or is closed, at most until a time. */
    public void awaitChange(Claim known, Instant end) throws InterruptedException {
        while (clock.instant().isBefore(end)
                && reservations.view().claim(known.id()).filter(known::equals).isPresent()) {
            pause.sleep(ENTRY_LOOK);
        }
    }

    /**
     * Records that a job is about to start on its reservation.
     *
     * @return whether the job may start; if not, the reservation is lost and the request must be tried again
     */
    public boolean start(PlacedRequest place, DispatchListener listener) {
        return start(JobKind.ORDINARY, place, listener);
    }

    boolean start(JobKind kind, PlacedRequest place, DispatchListener listener) {
        try {
            return reservations.start(kind, place, load.latest());
        } catch (LedgerBusyException e) {
            if (!place.reservation().licenses().isEmpty() && !place.recorded()) {
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

    public Placer placer() {
        return placer;
    }

    public Reservations reservations() {
        return reservations;
    }

    PlacementRequest withServerAnswer(PlacementRequest request) {
        if (request.licenses().isEmpty()) {
            return request;
        }
        return request.withLicenses(request.licenses().stream()
                .map(license -> license.queried(licenseServer))
                .toList());
    }

    /** Measures the hosts of a request, and closes the ledger entries that the reports refute. */
    private void refresh(PlacementRequest request) {
        LoadBoard known = load.latest();
        reservations.reconcile(load.refresh(Arrays.stream(request.candidates())
                .mapToObj(position -> known.inventory().at(position).name())
                .toList()));
    }
}
