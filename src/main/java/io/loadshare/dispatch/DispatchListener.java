package io.loadshare.dispatch;

import io.loadshare.host.HostName;
import java.util.List;

/** Is told how a request fares, in words for its owner. Called by the thread that tries. */
public interface DispatchListener {

    /** Tells nobody. */
    DispatchListener SILENT = new DispatchListener() {};

    /**
     * The request waits; called once, and again when the reason changes.
     *
     * @param reasons one line each, equal hosts folded: {@code l[01-12]: drained by root: new disks}
     */
    default void waitsFor(List<String> reasons) {}

    /** The job is to be started on this place. */
    default void goesTo(PlacedRequest place) {}

    /** The host was told to begin the job and has not answered; it is asked again. */
    default void unanswered(PlacedRequest place) {}

    /** A host did not take the job, so the next one is tried. */
    default void goesElsewhere(HostName host, String reason) {}

    /** A step on the way, for whoever wants to know all of them. */
    default void step(String words) {}

    /** Something is not as it should be, but the request goes on. */
    default void warn(String message) {}
}
