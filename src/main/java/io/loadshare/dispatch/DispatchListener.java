package io.loadshare.dispatch;

import io.loadshare.host.HostName;
import java.util.List;

/**
 * A listener for the progress of a request. Its messages are written for the owner of the request. The thread that
 * tries the request calls it.
 */
public interface DispatchListener {

    /** Ignores all messages. */
    DispatchListener SILENT = new DispatchListener() {};

    /**
     * Reports that the request waits. Called once, and again when the reason changes.
     *
     * @param reasons one line each; equal hosts are folded: {@code l[01-12]: drained by root: new disks}
     */
    default void waitsFor(List<String> reasons) {}

    /** Reports that the job is about to start on this reservation. */
    default void goesTo(PlacedRequest place) {}

    /** Reports that the host received the order to begin the job but has not answered. Loadshare asks it again. */
    default void unanswered(PlacedRequest place) {}

    /** Reports that a host did not take the job and that the next host is tried. */
    default void goesElsewhere(HostName host, String reason) {}

    /** Reports a single step, for detailed output. */
    default void step(String words) {}

    /** Reports a problem that does not stop the request. */
    default void warn(String message) {}
}
