package io.loadshare.job.ssh;

import io.loadshare.host.Host;
import io.loadshare.job.OutputCursor;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.ShellWords;
import io.loadshare.transport.Transport;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Factory of the connections between one client and one foreground job. */
record JobConnector(Transport transport, Host host, String id, String nonce, LongSupplier nanoClock) {

    private static final Duration REJOIN_TIMEOUT = Duration.ofSeconds(20);

    /**
     * Opens the first connection, which starts the job.
     *
     * @param definitions the definitions of the job's files
     * @param sweep the command that removes the remains of old jobs
     */
    JobConnection start(
            Session session, String definitions, String sweep, JobConnection.Receiver receiver, Deadline deadline)
            throws JobConnection.RefusedException {
        String script = definitions
                + ScriptLibrary.library("process", "state", "prepare", "sweep", "stream")
                + "nonce=" + nonce + "\n{\n" + sweep + "\nstart_foreground\nfollow \"$words\" 0 0\nexit\n}\n";
        return open(session, script, receiver, deadline);
    }

    /** Opens another connection, which continues where the previous ones ended. */
    JobConnection rejoin(OutputCursor from, JobConnection.Receiver receiver) throws JobConnection.RefusedException {
        Deadline deadline = Deadline.after(REJOIN_TIMEOUT, nanoClock);
        String directory = "directory=$HOME/" + ControlDirectory.path(host.name(), id);
        String script = ScriptLibrary.library("process", "state", "stream") + "id=" + id + " nonce=" + nonce + " "
                + directory + "\n{\nrejoin " + from.stdout() + " " + from.output() + "\nexit\n}\n";
        return open(transport.connect(host, deadline), script, receiver, deadline);
    }

    private JobConnection open(Session session, String script, JobConnection.Receiver receiver, Deadline deadline)
            throws JobConnection.RefusedException {
        try {
            return JobConnection.open(session, id, nonce, ShellWords.encode(script), receiver, deadline);
        } catch (RuntimeException | JobConnection.RefusedException e) {
            session.close();
            throw e;
        }
    }
}
