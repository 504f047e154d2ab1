package io.jenkins.plugins.loadshare.nodes;

import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Queue;
import java.util.Optional;

/**
 * Says which license a build on a node needs; {@link LicenseProperty} is one that does. The build then waits in the Queue
 * until {@link SeatAllocator} has a seat for it, and runs on the machine where that is.
 */
public interface LicenseNeed extends ExtensionPoint {

    /**
     * The license's name in the settings. It should stay the same while the task is in the Queue.
     *
     * <p>Called under the Queue's lock, very often: answer from memory, without I/O and without waiting for a lock.
     */
    Optional<String> of(Queue.Task task);

    /** The license that a task needs on a node, by the first who knows of one. */
    static Optional<String> any(Queue.Task task) {
        if (task instanceof Queue.FlyweightTask) {
            return Optional.empty(); // occupies no executor
        }
        for (LicenseNeed need : ExtensionList.lookup(LicenseNeed.class)) {
            Optional<String> license = need.of(task);
            if (license.isPresent()) {
                return license;
            }
        }
        return Optional.empty();
    }
}
