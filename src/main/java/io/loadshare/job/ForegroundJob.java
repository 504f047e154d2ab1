package io.loadshare.job;

import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.TransportException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A job whose stdin, stdout and stderr are ours. While this is open its host knows that we live; a job that still runs 30 s
 * after {@link #close} or after the end of this program is ended.
 */
public final class ForegroundJob implements RemoteProcess {

    private final Job job;
    private final Session session;
    private final ClientHeartbeat leash;
    private final RemoteProcess process;
    private final InputStream stdout;
    private final InputStream stderr;

    /**
     * @param marker the line after which the program's own output begins; null if it is not printed
     */
    ForegroundJob(Job job, Session session, ClientHeartbeat leash, RemoteProcess process, String marker) {
        this.job = job;
        this.session = session;
        this.leash = leash;
        this.process = process;
        this.stdout = marker == null ? process.stdout() : new MarkedStream(process.stdout(), marker);
        this.stderr = marker == null ? process.stderr() : new MarkedStream(process.stderr(), marker);
    }

    public Job job() {
        return job;
    }

    @Override
    public OutputStream stdin() {
        return process.stdin();
    }

    @Override
    public InputStream stdout() {
        return stdout;
    }

    @Override
    public InputStream stderr() {
        return stderr;
    }

    /**
     * Waits for the program's end and gives its status, 128+N after signal N.
     *
     * @throws TransportException as {@link RemoteProcess#waitFor}; the job's fate can be asked of its host later
     */
    @Override
    public int waitFor(Deadline deadline) {
        return process.waitFor(deadline);
    }

    /** This program is going to stand still (Ctrl-Z): the job is not to be ended for want of a sign of life. */
    public void clientStops() {
        leash.hold();
    }

    /** This program goes on. */
    public void clientContinues() {
        leash.release();
    }

    @Override
    public void close() {
        process.close();
        leash.close();
        session.close();
    }
}
