package io.loadshare.job;

import io.loadshare.transport.RemoteProcess;
import java.util.Optional;

/**
 * A running job whose stdin, stdout and stderr are the client's: with a terminal a {@link TerminalJob}, otherwise a
 * {@link StreamedJob}, which survives the loss of its connection.
 */
public interface ForegroundJob extends RemoteProcess {

    Job job();

    /** Why the host ended the job, where it did. Known once the job has ended. */
    default Optional<String> endReason() {
        return Optional.empty();
    }

    /** Announces to the host that this program is about to be stopped (Ctrl-Z), so that its silence does not end the job. */
    default void clientStops() {}

    /** Announces that this program has been continued. */
    default void clientContinues() {}
}
