package io.loadshare.dispatch;

import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.host.HostName;
import io.loadshare.job.UnansweredStartException;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.probe.HostResult;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The path of one request to a started job: a reserved place, a last look at its host, and the start there. It needs no
 * thread while it waits: its owner calls {@link #tryNow} first and whenever {@link #isDue} says so, until there is a job or an
 * exception, or {@link #cancel}.
 *
 * <p>States: <i>waiting</i> for a place; <i>starting</i> on a place; <i>unanswered</i>, after a host was told to begin the
 * job and gave no answer, which it is asked for again ({@link JobStart}); <i>started</i>. A start that certainly did not
 * happen gives the place back, keeps the host out of this request until a scan finds it well, and returns to <i>waiting</i>,
 * so that the next host is tried at once. One thread at a time; {@code cancel} from any.
 *
 * @param <T> what the owner gets to hold the started job by
 */
public final class Launch<T> {

    /** A report this young shows the host as it is now. */
    private static final Duration YOUNG = Duration.ofSeconds(10);

    /** Failures of a host, or of the way there. Others would be the same everywhere. */
    private static final Set<LoadshareException.Kind> OF_ONE_HOST = EnumSet.of(
            LoadshareException.Kind.UNAVAILABLE,
            LoadshareException.Kind.LOST,
            LoadshareException.Kind.REFUSED,
            LoadshareException.Kind.STATE);

    private final Dispatcher dispatcher;
    private final PendingRequest pending;
    private final DispatchListener listener;
    private final Owner<T> owner;
    private PlacedRequest place;
    private JobStart<T> start;
    private Instant startedAt;

    /** Who launches a job: it starts the job on the chosen host, and keeps its own record of it. */
    public interface Owner<T> {

        /**
         * Starts the job, or finds it running there, as {@link io.loadshare.job.JobLauncher#start} does, with the same
         * exceptions. Whatever the owner records of the job is to be recorded before its host is told to begin it.
         */
        T start(PlacedRequest place);

        /** The job has not started on that host, and will not: a record of it is void. */
        default void notStarted(PlacedRequest place) {}

        /** How long a host is asked that was told to begin the job and does not answer. */
        default Duration askForAnswer() {
            return JobStart.CERTAIN_AFTER;
        }
    }

    /** A job that runs, and where. */
    public record Started<T>(PlacedRequest place, T job) {}

    Launch(Dispatcher dispatcher, PendingRequest pending, DispatchListener listener, Owner<T> owner) {
        this.dispatcher = dispatcher;
        this.pending = pending;
        this.listener = listener;
        this.owner = owner;
    }

    public boolean isDue() {
        JobStart<T> unanswered = start;
        return unanswered == null ? pending.isDue() : unanswered.isDue();
    }

    /** When it must be tried again at the latest. */
    Instant nextTry() {
        JobStart<T> unanswered = start;
        return unanswered == null ? pending.nextTry() : unanswered.next();
    }

    /** Whether a host was told to begin the job and has not answered, so that the job may run. */
    public boolean isUnanswered() {
        return start != null;
    }

    /** Asks for something else from now on, while it waits. */
    public void askFor(PlacementRequest changed) {
        pending.askFor(changed);
    }

    /**
     * Gets one step further.
     *
     * @return the started job; empty if the request waits, for a place or for an answer
     * @throws UnansweredStartException if a host was told to begin the job and has not answered for too long
     * @throws LoadshareException if there is no place and the request does not wait, with the reasons
     */
    public Optional<Started<T>> tryNow() throws InterruptedException {
        if (start != null) {
            return start();
        }
        Optional<PlacedRequest> reserved = pending.tryNow();
        while (reserved.isPresent()) {
            Optional<PlacedRequest> seen = lookAgain(reserved.get());
            if (seen.isPresent() && dispatcher.start(seen.get(), listener)) {
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

    /** Gives up, while it waits for a place; a job that was started is not touched. */
    public void cancel() {
        pending.cancel();
    }

    /** Measures the host once more where its report is not of this moment, and goes elsewhere if it has become worse. */
    private Optional<PlacedRequest> lookAgain(PlacedRequest reserved) throws InterruptedException {
        HostName host = reserved.host().name();
        Optional<Duration> age = dispatcher.load().latest().of(host).age(dispatcher.now());
        if (reserved.settled() || age.isPresent() && age.get().compareTo(YOUNG) < 0) {
            return Optional.of(reserved);
        }
        listener.step("looking at " + host + " once more, since "
                + age.map(old -> "its last report is " + Durations.print(old) + " old")
                        .orElse("there is no report of it"));
        HostResult found = dispatcher.load().look(reserved.host());
        if (found.report().isPresent()) {
            return pending.lookAgain(reserved, found.report().get());
        }
        giveBack(reserved, found.failure().orElseThrow());
        return Optional.empty();
    }

    private void begin(PlacedRequest seen) {
        place = seen;
        listener.goesTo(seen);
        startedAt = dispatcher.now();
        start = new JobStart<>(() -> owner.start(seen), owner.askForAnswer(), dispatcher.clock());
    }

    /** Leaves {@link #start} null if the job has not started and will not. */
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
            if (Thread.interrupted()) {
                retreat();
                throw new InterruptedException("interrupted while job " + place.id() + " was started");
            }
            if (!OF_ONE_HOST.contains(e.kind())) {
                retreat();
                throw e;
            }
            giveBack(place, e);
            return Optional.empty();
        } catch (RuntimeException e) {
            notStarted();
            retreat();
            throw e;
        }
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

    private void retreat() {
        dispatcher
                .reservations()
                .retreat(place.id())
                .ifPresent(e -> listener.warn(e.getMessage() + "; the next scan ends the ledger entry"));
    }
}
