package io.loadshare.desktop;

import io.loadshare.Durations;
import io.loadshare.LoadshareException;
import io.loadshare.dispatch.DispatchListener;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.JobKind;
import io.loadshare.dispatch.JobOnRecordException;
import io.loadshare.dispatch.Launch;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.job.JobEngine;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.Reservation;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The desktops of the users on hosts. A desktop is a detached job that reserves no slots; a user has one among the hosts
 * of a request. The ledger decides whether a request starts one, so requests at the same time share it; a desktop that
 * another machine's private ledger holds is found by the load reports.
 *
 * <p>A request that finds a desktop on record asks its host. If the desktop is over, the request closes its ledger entry
 * and starts another. If the host does not answer, the request fails: the desktop may still run. An entry without a job
 * on its host is closed after {@link #START_LIMIT}, when no start of it can be under way any more.
 */
public final class Desktops {

    /** How long a start may take, from the reservation to the answer of the host. */
    private static final Duration START_LIMIT = JobEngine.BEGIN_LIMIT.plusSeconds(5);

    /** How long one question to a host waits for a desktop to become ready. */
    static final Duration READY_LIMIT = Duration.ofSeconds(20);

    private final Dispatcher dispatcher;
    private final Supplier<LoadBoard> load;
    private final DesktopHosts desktopHosts;
    private final InstantSource clock;

    /** A desktop, and whether the request has started it. */
    public record Found(Desktop desktop, boolean started) {}

    /** @param load the known load reports */
    public Desktops(Dispatcher dispatcher, Supplier<LoadBoard> load, DesktopHosts desktopHosts, InstantSource clock) {
        this.dispatcher = dispatcher;
        this.load = load;
        this.desktopHosts = desktopHosts;
        this.clock = clock;
    }

    /**
     * Returns a request without Slurm clusters, which have no desktops.
     *
     * @throws LoadshareException of kind USAGE if no host is left
     */
    public static PlacementRequest onMachines(PlacementRequest request, HostInventory inventory) {
        int[] machines = inventory.machinesOf(request.candidates());
        if (machines.length == 0) {
            throw new LoadshareException(
                    LoadshareException.Kind.USAGE,
                    "a desktop cannot run in " + request.wants()
                            + ", which has only Slurm clusters: name a pool of hosts");
        }
        return request.withCandidates(machines);
    }

    /**
     * Finds the user's desktop on one of the hosts of a request, or starts one on the best of them.
     *
     * @param launch returns the launch of such a desktop for the request
     * @throws LoadshareException with the reasons, if there is no suitable host, or if the host of the user's desktop
     *     does not answer
     */
    public Found findOrStart(
            PlacementRequest request, DispatchListener listener, Function<JobKind, Launch<Desktop>> launch)
            throws InterruptedException {
        Set<HostName> hosts = KnownDesktop.hosts(request, load.get().inventory());
        JobKind kind = JobKind.sharedJob(DesktopJob.PREFIX, claim -> KnownDesktop.serves(claim, request.user(), hosts));
        while (true) {
            Optional<Desktop> known = known(request.user(), hosts, kind, listener);
            if (known.isPresent()) {
                return new Found(known.get(), false);
            }
            try {
                return start(launch.apply(kind));
            } catch (JobOnRecordException e) {
                listener.step(e.getMessage());
            }
        }
    }

    /** Starts a desktop in addition to those that the user has. */
    public Found startAnother(Function<JobKind, Launch<Desktop>> launch) throws InterruptedException {
        return start(launch.apply(JobKind.ownJob(DesktopJob.PREFIX)));
    }

    private Found start(Launch<Desktop> launch) throws InterruptedException {
        return new Found(dispatcher.await(launch).job(), true);
    }

    /**
     * Returns a desktop of the user to which a viewer can connect.
     *
     * @throws LoadshareException if there is none, but one whose host does not answer
     */
    private Optional<Desktop> known(String user, Set<HostName> hosts, JobKind kind, DispatchListener listener)
            throws InterruptedException {
        List<Claim> onRecord = dispatcher.reservations().view().claims().stream()
                .filter(kind.serves())
                .toList();
        LoadshareException unanswered = null;
        for (int i = onRecord.size() - 1; i >= 0; i--) { // the newest first: the host of an older one may be gone
            try {
                Optional<Desktop> found = await(onRecord.get(i), listener);
                if (found.isPresent()) {
                    return found;
                }
            } catch (LoadshareException e) {
                unanswered = e;
            }
        }
        if (unanswered != null) {
            throw unanswered;
        }
        return reported(user, hosts);
    }

    /**
     * Returns a desktop that the ledger does not know and the load reports show, if a viewer can connect.
     *
     * @throws LoadshareException if there is none, but one whose host does not answer
     */
    private Optional<Desktop> reported(String user, Set<HostName> hosts) {
        LoadshareException unanswered = null;
        for (KnownDesktop known : KnownDesktop.reported(
                user, hosts, load.get(), dispatcher.reservations().view())) {
            try {
                Optional<Desktop> desktop = ask(known.host(), known.id()).desktop();
                if (desktop.isPresent()) {
                    return desktop;
                }
            } catch (LoadshareException e) {
                unanswered = e;
            }
        }
        if (unanswered != null) {
            throw unanswered;
        }
        return Optional.empty();
    }

    /**
     * Waits until the desktop of a ledger entry is ready.
     *
     * @return empty if the entry is closed or has changed, because the desktop is over or has not started
     */
    private Optional<Desktop> await(Claim first, DispatchListener listener) throws InterruptedException {
        listener.step("job " + first.id() + " on " + first.host() + " is the user's desktop");
        while (true) {
            Claim claim = dispatcher.reservations().view().claim(first.id()).orElse(null);
            if (claim == null || !claim.host().equals(first.host())) {
                return Optional.empty();
            }
            DesktopState.Kind kind = DesktopState.Kind.ABSENT;
            if (claim instanceof Reservation) {
                dispatcher.awaitChange(claim, lateAt(claim));
            } else {
                Host host = load.get().inventory().find(claim.host()).orElseThrow();
                DesktopState state = ask(host, claim.id());
                if (state.desktop().isPresent()) {
                    return state.desktop();
                }
                kind = state.kind();
                if (kind == DesktopState.Kind.GONE) {
                    endRest(host, claim.id());
                }
            }
            if (kind.isOver() || isLate(claim)) {
                if (kind == DesktopState.Kind.STARTING) {
                    throw notReady(claim);
                }
                listener.step("job " + claim.id() + " on " + claim.host() + " is over");
                dispatcher.reservations().close(claim);
                return Optional.empty();
            }
        }
    }

    private boolean isLate(Claim claim) {
        return !clock.instant().isBefore(lateAt(claim));
    }

    private static Instant lateAt(Claim claim) {
        return claim.confirmedAt().plus(START_LIMIT);
    }

    private LoadshareException notReady(Claim claim) {
        Duration age = Duration.between(claim.confirmedAt(), clock.instant());
        return new LoadshareException(
                LoadshareException.Kind.UNAVAILABLE,
                "desktop " + claim.id() + " on " + claim.host() + " was started " + Durations.print(age)
                        + " ago and accepts no viewer yet. Look at 'loadshare logs " + claim.id()
                        + "', end it with 'loadshare kill " + claim.id() + "', or start another with --new.");
    }

    /** Asks a host, and waits for a desktop that is being started only once it has answered. */
    private DesktopState ask(Host host, String id) {
        try {
            DesktopState now = desktopHosts.state(host, id, Duration.ZERO);
            return now.desktop().isPresent() || now.kind().isOver() ? now : desktopHosts.state(host, id, READY_LIMIT);
        } catch (LoadshareException e) {
            throw new LoadshareException(
                    e.kind(),
                    "desktop " + id + " on " + host.name() + " may still run, but cannot be reached: " + e.getMessage()
                            + ". Try again when the host answers, or start another desktop with --new.",
                    e);
        }
    }

    /** Ends what a killed desktop has left running. */
    private void endRest(Host host, String id) {
        desktopHosts.job(host, id).ifPresent(job -> desktopHosts.end(host, job.job()));
    }
}
