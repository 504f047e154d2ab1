package io.jenkins.plugins.loadshare.seats;

import io.jenkins.plugins.loadshare.seats.SeatFile.Kept;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.LedgerView;
import io.loadshare.store.StateDirectory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Keeps seats over a restart of Jenkins. The build of a Pipeline continues on its node while Jenkins is down, and keeps
 * its seat. After the restart it returns as a new item of the Queue, which must not wait: it gets the same seat at once.
 * Until then the seat counts as taken, unless the build has ended. One thread at a time.
 */
final class SeatRecovery {

    /** How long after the start of Jenkins a build may return to its node. */
    private static final Duration RECOVERY_TIMEOUT = Duration.ofMinutes(10);

    private final JenkinsState state;
    private final Builds builds;
    private final List<Lost> lost = new ArrayList<>();
    private SeatFile file;
    private Instant patientUntil;
    private boolean resumed;

    private record Lost(BuildSeat seat, String run) {}

    SeatRecovery(JenkinsState state, Builds builds) {
        this.state = state;
        this.builds = builds;
    }

    /**
     * Reads the seats of before the restart, once.
     *
     * @return whether this call read them
     * @throws io.loadshare.LoadshareException of kind STATE or DATA if it cannot be read
     */
    boolean read() {
        if (file != null) {
            return false;
        }
        StateDirectory directory = state.directory();
        SeatFile kept = new SeatFile(directory.path(), directory.access());
        List<Kept> seats = kept.read();
        if (!seats.isEmpty()) {
            LedgerView ledger =
                    state.ledger(new HostInventory(List.of(), List.of())).view();
            seats.forEach(seat -> ledger.claim(seat.id())
                    .ifPresent(claim -> lost.add(new Lost(BuildSeat.of(claim, seat.node()), seat.run()))));
        }
        file = kept;
        return true;
    }

    /** Returns the seats whose builds may return. */
    List<BuildSeat> seats() {
        return lost.stream().map(Lost::seat).toList();
    }

    /** Creates the request of a build that is new in the Queue, with its seat if it has returned. */
    SeatRequest request(Builds.Queued build, Instant now) {
        return resumed(build.licenses(), build.run(), build.mayHaveRunOn(), now)
                .orElseGet(() -> new SeatRequest(build.licenses(), build.run().get()));
    }

    /**
     * Adds the requests of builds that have returned and name no license anymore, because they are bound to their nodes
     * instead of the label that named it.
     *
     * @param requests by item ID, as are {@code queued} and {@code running}
     */
    void resume(
            Map<Long, SeatRequest> requests,
            Map<Long, Builds.Queued> queued,
            Map<Long, Builds.Running> running,
            Instant now) {
        queued.forEach((item, build) -> {
            if (build.licenses().isEmpty() && !requests.containsKey(item)) {
                resumed(List.of(), build.run(), build.mayHaveRunOn(), now)
                        .ifPresent(request -> requests.put(item, request));
            }
        });
        running.forEach((item, build) -> {
            if (!requests.containsKey(item)) {
                resumed(List.of(), build.run(), build.node()::equals, now)
                        .ifPresent(request -> requests.put(item, request));
            }
        });
    }

    private Optional<SeatRequest> resumed(
            List<String> licenses, Supplier<Optional<String>> build, Predicate<String> ranOn, Instant now) {
        Optional<String> run = lost.isEmpty() ? Optional.empty() : build.get();
        Optional<Lost> found = lost.stream()
                .filter(each -> run.filter(each.run::equals).isPresent()
                        && each.seat.node().map(ranOn::test).orElse(true))
                .findFirst();
        return found.map(each -> {
            lost.remove(each);
            resumed = true;
            SeatRequest request = new SeatRequest(licenses, run);
            request.publish(each.seat, now);
            return request;
        });
    }

    /** Returns whether a build has returned since the last call. */
    boolean hasResumed() {
        boolean any = resumed;
        resumed = false;
        return any;
    }

    /** Returns the seats of builds that will not return, which no longer count. */
    List<BuildSeat> givenUp(Instant now) {
        if (lost.isEmpty() || !builds.areLoaded()) {
            return List.of();
        }
        if (patientUntil == null) {
            patientUntil = now.plus(RECOVERY_TIMEOUT);
        }
        List<BuildSeat> over = lost.stream()
                .filter(each -> now.isAfter(patientUntil) || !builds.isBuilding(each.run))
                .map(Lost::seat)
                .toList();
        lost.removeIf(each -> over.contains(each.seat));
        return over;
    }

    /**
     * Writes all seats that may be needed after a restart, including those that the Queue does not see yet.
     *
     * @throws io.loadshare.LoadshareException of kind STATE if that is not possible
     */
    void keep(Collection<SeatRequest> requests) {
        Stream<Kept> held = requests.stream()
                .flatMap(request -> request.seat().or(request::unpublished).stream()
                        .flatMap(seat -> request.run().map(run -> new Kept(seat, run)).stream()));
        file.write(Stream.concat(lost.stream().map(each -> new Kept(each.seat, each.run)), held)
                .toList());
    }
}
