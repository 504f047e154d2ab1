package io.jenkins.plugins.loadshare.seats;

import hudson.Extension;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import hudson.model.queue.QueueTaskDispatcher;
import io.jenkins.plugins.loadshare.nodes.NodeScans;
import java.util.List;
import java.util.Optional;

/**
 * Keeps a build that needs a license in the Queue until {@link SeatAllocator} has a seat for it, and then sends it to
 * the machine of that seat. Called under the Queue's lock; only reads memory and changes nothing.
 */
@Extension
public final class SeatDispatcher extends QueueTaskDispatcher {

    @Override
    public CauseOfBlockage canRun(Queue.Item item) {
        List<String> licenses = LicenseNeed.all(item);
        if (licenses.isEmpty()) {
            return null;
        }
        SeatRequest request = SeatAllocator.get().request(item.getId());
        if (request != null && request.seat().isPresent()) {
            return null;
        }
        String reason = request == null ? Messages.SeatDispatcher_asking() : request.reason();
        return CauseOfBlockage.fromMessage(Messages._SeatDispatcher_waits(String.join(", ", licenses), reason));
    }

    /** Called for each node, after {@link #canRun} admitted the build, so a build that needs a seat has one. */
    @Override
    public CauseOfBlockage canTake(Node node, Queue.BuildableItem item) {
        SeatRequest request = SeatAllocator.get().request(item.getId());
        if (request == null) {
            return null;
        }
        Optional<BuildSeat> seat = request.seat();
        if (seat.isEmpty()) {
            return CauseOfBlockage.fromMessage(Messages._SeatDispatcher_noSeat());
        }
        return seat.get().isOn(NodeScans.get().machines(), node.getNodeName())
                ? null
                : CauseOfBlockage.fromMessage(
                        Messages._SeatDispatcher_elsewhere(seat.get().machine()));
    }
}
