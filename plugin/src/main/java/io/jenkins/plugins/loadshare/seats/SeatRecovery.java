package io.jenkins.plugins.loadshare.seats;

import hudson.init.InitMilestone;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Run;
import io.jenkins.plugins.loadshare.seats.SeatFile.Kept;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.LedgerView;
import io.loadshare.store.StateDirectory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/**
 * Seats over a restart of Jenkins. The build of a Pipeline runs on at its node while Jenkins is down, and with it its seat;
 * then it comes back as a new item of the Queue, which must not wait: it gets the same seat again at once. Until it does, the
 * seat counts as taken, unless the build has ended.
 *
 * <p>One thread at a time.
 */
final class SeatRecovery {

    /** So long after the start of Jenkins a build that runs on may come back to its node. */
    private static final Duration RECOVERY_TIMEOUT = Duration.ofMinutes(10);

    private final List<Lost> lost = new ArrayList<>();
    private SeatFile file;
    private Instant patientUntil;
    private boolean resumed;

    private record Lost(BuildSeat seat, String run) {}

    /**
     * Reads what was kept, once.
     *
     * @return whether that was done now
     * @throws io.loadshare.LoadshareException of kind STATE or DATA if it cannot be read
     */
    boolean read() {
        if (file != null) {
            return false;
        }
        StateDirectory directory = JenkinsState.get().directory();
        SeatFile kept = new SeatFile(directory.path(), directory.access());
        List<Kept> seats = kept.read();
        if (!seats.isEmpty()) {
            LedgerView ledger = JenkinsState.get()
                    .ledger(new HostInventory(List.of(), List.of()))
                    .view();
            seats.forEach(seat -> ledger.claim(seat.id())
                    .ifPresent(claim -> lost.add(new Lost(BuildSeat.of(claim, seat.node()), seat.run()))));
        }
        file = kept;
        return true;
    }

    /** The seats whose builds may come back. */
    List<BuildSeat> seats() {
        return lost.stream().map(Lost::seat).toList();
    }

    /** A request for a task that is new in the Queue, which may be a build that comes back. */
    SeatRequest request(String license, Queue.Task task, Instant now) {
        Optional<String> run = run(task);
        SeatRequest request = new SeatRequest(license, run);
        for (Iterator<Lost> each = lost.iterator(); each.hasNext(); ) {
            Lost candidate = each.next();
            if (run.filter(candidate.run::equals).isPresent() && mayBeOn(candidate.seat, task)) {
                each.remove();
                request.publish(candidate.seat, now);
                resumed = true;
                break;
            }
        }
        return request;
    }

    /** The build that a task belongs to, if it goes on after a restart. */
    private static Optional<String> run(Queue.Task task) {
        return task.getOwnerExecutable() instanceof Run<?, ?> run
                ? Optional.of(run.getExternalizableId())
                : Optional.empty();
    }

    private static boolean mayBeOn(BuildSeat seat, Queue.Task task) {
        Label label = task.getAssignedLabel();
        if (seat.node().isEmpty() || label == null) {
            return true;
        }
        String name = seat.node().get();
        Node node = name.isEmpty() ? Jenkins.get() : Jenkins.get().getNode(name);
        return node != null && label.contains(node);
    }

    /** Whether a build has come back since this was asked last. */
    boolean hasResumed() {
        boolean any = resumed;
        resumed = false;
        return any;
    }

    /** The seats of builds that have turned out not to come back; they count no longer. */
    List<BuildSeat> givenUp(Instant now) {
        if (lost.isEmpty() || Jenkins.get().getInitLevel() != InitMilestone.COMPLETED) {
            return List.of();
        }
        if (patientUntil == null) {
            patientUntil = now.plus(RECOVERY_TIMEOUT);
        }
        List<BuildSeat> over = lost.stream()
                .filter(each -> now.isAfter(patientUntil) || !isBuilding(each.run))
                .map(Lost::seat)
                .toList();
        lost.removeIf(each -> over.contains(each.seat));
        return over;
    }

    private static boolean isBuilding(String id) {
        Run<?, ?> run = Run.fromExternalizableId(id);
        return run != null && run.isBuilding();
    }

    /**
     * Writes down all seats that may be needed after a restart, also those that the Queue does not see yet.
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
