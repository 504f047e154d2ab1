package io.loadshare.job;

import io.loadshare.transport.RemoteProcess;
import java.util.Optional;

/** A running job that uses the stdin, stdout and stderr of the client. */
public interface ForegroundJob extends RemoteProcess {

    Job job();

    /** Returns the reason why the host ended the job, if it did. Known once the job has ended. */
    default Optional<String> endReason() {
        return Optional.empty();
    }

    /** Announces to the host that this program is about to stop (Ctrl-Z), so that its silence does not end the job. */
    default void clientStops() {}

    /** Announces to the host that this program has continued. */
    default void clientContinues() {}
}
