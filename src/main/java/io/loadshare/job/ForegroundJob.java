package io.loadshare.job;

import io.loadshare.transport.RemoteProcess;
import java.util.Optional;

/** A running job whose stdout and stderr the client prints. */
public interface ForegroundJob extends RemoteProcess {

    Job job();

    /** Returns whether the job is independent of the client: it gets no input, and continues if the client ends. */
    default boolean isDetached() {
        return false;
    }

    /** Returns the reason why the host ended the job, if it did. Known once the job has ended. */
    default Optional<String> endReason() {
        return Optional.empty();
    }

    /** Announces to the host that this program is about to stop (Ctrl-Z), so that its silence does not end the job. */
    default void clientStops() {}

    /** Announces to the host that this program has continued. */
    default void clientContinues() {}
}
