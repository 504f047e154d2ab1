package io.jenkins.plugins.loadshare.seats;

import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Queue;
import java.util.Optional;

/**
 * Determines which license a build on a node needs; {@link LicenseProperty} is an implementation. The build then waits
 * in the Queue until {@link SeatAllocator} has a seat for it, and runs on the machine of that seat.
 */
public interface LicenseNeed extends ExtensionPoint {

    /**
     * Returns the name of the license in the settings. It should not change while the task is in the Queue.
     *
     * <p>Called under the Queue's lock, very often: answer from memory, without I/O and without waiting for a lock.
     */
    Optional<String> of(Queue.Task task);

    /** Returns the license that a task needs on a node, from the first implementation that names one. */
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
