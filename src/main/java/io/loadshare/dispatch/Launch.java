package io.loadshare.dispatch;

import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.job.UnansweredStartException;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.probe.HostResult;
import io.loadshare.scan.LastLook;
import io.loadshare.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The launch of one request: it reserves a slot, checks the host once more, has its owner prepare it, and starts the
 * job there. It uses no thread while it waits: its owner calls {@link #tryNow} at first and whenever {@link #isDue}
 * returns true, until there is a job or an exception, or the owner calls {@link #cancel}.
 *
 * <p>States: <i>waiting</i> for a reservation; <i>starting</i> on a reservation; <i>unanswered</i>, when a host
 * received the order to begin the job and has not answered ({@link JobStart} asks it again); <i>started</i>. If it is
 * certain that the job did not start, the launch gives the reservation back, excludes the host from this request until
 * a scan finds it healthy, returns to <i>waiting</i>, and tries the next host at once. For use by one thread at a time;
 * any thread may call {@code cancel}.
 *
 * @param <T> the owner's handle of the started job
 */
public final class Launch<T> {

    /** The maximum age of a report that shows the current state of a host. */
    private static final Duration MAX_REPORT_AGE = Duration.ofSeconds(10);

    /** Failures of one host, like those of the connection to it. Other failures would occur on every host. */
    private static final Set<LoadshareException.Kind> OF_ONE_HOST = EnumSet.of(
            LoadshareException.Kind.UNAVAILABLE,
            LoadshareException.Kind.LOST,
            LoadshareException.Kind.REFUSED,
            LoadshareException.Kind.STATE);

    private final Dispatcher dispatcher;
    private final PendingRequest pending;
    private final DispatchListener listener;
    private final LastLook lastLook;
    private final Owner<T> owner;
    private PlacedRequest place;
    private JobStart<T> start;
    private Instant startedAt;

    /** The owner of a launch. It starts the job on the chosen host, and keeps its own record of the job. */
    public interface Owner<T> {

        /**
         * Prepares the host of a reservation, before the ledger records the start of the job. This may take longer than
         * a job may be missing from a scan: the start then reserves again, or moves on if the slot is taken.
         *
         * @throws LoadshareException as by {@link #start}, if the job cannot run there
         */
        default void prepare(PlacedRequest place) {}

        /**
         * Starts the job or finds it running, like {@link io.loadshare.job.JobEngine#start} and with the same
         * exceptions. The owner must write its record of the job before the host receives the order to begin the job.
         */
        T start(PlacedRequest place);

        /**
         * Reports that the job has not started on that host and will not start there. The owner's record of it is void.
         */
        default void notStarted(PlacedRequest place) {}

        /** Returns how long to ask the host if it received the order to begin the job and does not answer. */
        default Duration askForAnswer(Host host) {
            return JobStart.CERTAIN_AFTER;
        }
    }

    /** A running job and its reservation. */
    public record Started<T>(PlacedRequest place, T job) {}

    Launch(
            Dispatcher dispatcher,
            PendingRequest pending,
            DispatchListener listener,
            LastLook lastLook,
            Owner<T> owner) {
        this.dispatcher = dispatcher;
        this.pending = pending;
        this.listener = listener;
        this.lastLook = lastLook;
        this.owner = owner;
    }

    /** Returns the ID of the request, which becomes that of the job. */
    public String id() {
        return pending.id();
    }

    public boolean isDue() {
        JobStart<T> unanswered = start;
        return unanswered == null ? pending.isDue() : unanswered.isDue();
    }

    /** Returns when to check whether it is due. */
    Instant nextLook() {
        JobStart<T> unanswered = start;
        return unanswered == null ? pending.nextLook() : unanswered.next();
    }

    /** Returns whether a host received the order to begin the job and has not answered, so that the job may run. */
    public boolean isUnanswered() {
        return start != null;
    }

    /** Postpones the first try of a launch. Until then it is visible in the queue, and takes nothing from others. */
    public void postpone(Postponement delay) {
        pending.postpone(delay);
    }

    /** Replaces the placement request of a waiting launch. */
    public void askFor(PlacementRequest changed) {
        pending.askFor(changed);
    }

    /**
     * Continues a waiting launch with another dispatcher of the same ledger, such as that of new settings. It keeps its
     * ID, its wait limit and its position in the queue.
     */
    public Launch<T> continueWith(Dispatcher other, PlacementRequest changed, LastLook otherLook) {
        return new Launch<>(other, pending.continueWith(other, changed), listener, otherLook, owner);
    }

    /** Excludes a host that the owner cannot use, for the given reason. */
    public void exclude(HostName host, String reason) {
        pending.exclude(host, reason);
    }

    /**
     * Takes the next step.
     *
     * @return the started job; empty if the launch waits for a reservation or for an answer
     * @throws UnansweredStartException if a host received the order to begin the job and has not answered for too long
     * @throws LoadshareException with the reasons, if no host is suitable and the request does not wait
     */
    public Optional<Started<T>> tryNow() throws InterruptedException {
        if (start != null) {
            return start();
        }
        Optional<PlacedRequest> reserved = pending.tryNow();
        while (reserved.isPresent()) {
            Optional<PlacedRequest> seen = lookAgain(reserved.get());
            if (seen.isPresent() && prepare(seen.get()) && pending.start(seen.get())) {
                begin(seen.get());
                Optional<Started<T>> started = start();
                if (started.isPresent() || start != null) {
                    return started;
                }
            }
            reserved = pending.tryNow();
        }
        return Optional.empty();
    }

    /** Cancels a launch that waits for a reservation. A started job continues to run. */
    public void cancel() {
        pending.cancel();
    }

    /** Measures the host again if its report is not current. Moves to another host if this one has become worse. */
    private Optional<PlacedRequest> lookAgain(PlacedRequest reserved) throws InterruptedException {
        HostName host = reserved.host().name();
        Optional<Duration> age = dispatcher.load().latest().of(host).age(dispatcher.now());
        if (reserved.settled() || age.isPresent() && age.get().compareTo(MAX_REPORT_AGE) < 0) {
            return Optional.of(reserved);
        }
        listener.step("looking at " + host + " once more, since "
                + age.map(old -> "its last report is " + Durations.print(old) + " old")
                        .orElse("it has no report"));
        HostResult found = lastLook.at(reserved.host());
        if (found.report().isPresent()) {
            return pending.lookAgain(reserved, found.report().get());
        }
        giveBack(reserved, found.failure().orElseThrow());
        return Optional.empty();
    }

    /** @return false if the job cannot run there, so that the reservation was given back */
    private boolean prepare(PlacedRequest seen) throws InterruptedException {
        try {
            owner.prepare(seen);
            return true;
        } catch (LoadshareException e) {
            moveOn(seen, e);
            return false;
        } catch (RuntimeException e) {
            retreat(seen);
            throw e;
        }
    }

    private void begin(PlacedRequest seen) {
        place = seen;
        listener.goesTo(seen);
        startedAt = dispatcher.now();
        start = new JobStart<>(() -> owner.start(seen), owner.askForAnswer(seen.host()), dispatcher.clock());
    }

    /**
     * Starts the job or asks for the answer again. Leaves {@link #start} null if the job has not started and will not
     * start.
     */
    private Optional<Started<T>> start() throws InterruptedException {
        boolean askedAgain = start.isUnanswered();
        try {
            Optional<T> job = start.tryNow();
            if (job.isEmpty() && !askedAgain) {
                listener.unanswered(place);
            }
            return job.map(this::started);
        } catch (UnansweredStartException e) {
            throw e; // the job may run: a scan that does not find it ends its ledger entry
        } catch (LoadshareException e) {
            notStarted();
            moveOn(place, e);
            return Optional.empty();
        } catch (RuntimeException e) {
            notStarted();
            retreat(place);
            throw e;
        }
    }

    /** Gives a reservation back after a failure of its host. Any other failure ends the request. */
    private void moveOn(PlacedRequest unused, LoadshareException why) throws InterruptedException {
        if (Thread.interrupted()) {
            retreat(unused);
            throw new InterruptedException("interrupted while job " + unused.id() + " was started");
        }
        if (!OF_ONE_HOST.contains(why.kind()) && !(why instanceof TransportException)) {
            retreat(unused);
            throw why;
        }
        giveBack(unused, why);
    }

    private Started<T> started(T job) {
        listener.step("job " + place.id() + " started within "
                + Durations.print(Duration.between(startedAt, dispatcher.now())));
        return new Started<>(place, job);
    }

    private void notStarted() {
        start = null;
        owner.notStarted(place);
    }

    private void giveBack(PlacedRequest unused, LoadshareException why) {
        listener.goesElsewhere(unused.host().name(), why.getMessage());
        pending.giveBack(unused, why);
    }

    private void retreat(PlacedRequest unused) {
        dispatcher.reservations().retreat(unused.id(), listener::warn);
    }
}
