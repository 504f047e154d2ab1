package io.jenkins.plugins.loadshare.seats;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Label;
import hudson.model.Queue;
import io.jenkins.plugins.loadshare.nodes.LeastLoadedLabels;
import io.jenkins.plugins.loadshare.nodes.PlacedNodes;
import java.util.List;

/**
 * Determines which licenses a build on a node needs; {@link LicenseProperty} is an implementation. The build then waits
 * in the Queue until {@link SeatAllocator} has a seat of each for it, and runs on the machine of that seat.
 */
public interface LicenseNeed extends ExtensionPoint {

    /**
     * Returns the names of the licenses in the settings. They should not change while the item is in the Queue.
     *
     * <p>Called under the Queue's lock, very often: answer from memory, without I/O and without waiting for a lock.
     */
    List<String> of(Queue.Item item);

    /** Returns the licenses that a build needs on a node, according to all implementations. */
    static List<String> all(Queue.Item item) {
        if (item.task instanceof Queue.FlyweightTask) {
            return List.of(); // occupies no executor
        }
        Label label = item.getAssignedLabel();
        if (label != null && ExtensionList.lookup(PlacedNodes.class).stream().anyMatch(placed -> placed.hold(label))) {
            return List.of(); // its node holds the seat
        }
        return onAnyNode(item);
    }

    /** Returns the licenses that a build needs, according to all implementations, even if its node holds the seats. */
    static List<String> onAnyNode(Queue.Item item) {
        return ExtensionList.lookup(LicenseNeed.class).stream()
                .flatMap(need -> need.of(item).stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** Reads the licenses of the label to which a build is assigned. */
    @Extension
    final class OfLabel implements LicenseNeed {

        @Override
        public List<String> of(Queue.Item item) {
            return LeastLoadedLabels.get().licenses(item.getAssignedLabel());
        }
    }
}
