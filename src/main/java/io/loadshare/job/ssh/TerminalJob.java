package io.loadshare.job.ssh;

import io.loadshare.job.ForegroundJob;
import io.loadshare.job.Job;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A foreground job with a terminal. When its connection ends, its terminal closes and the job receives HUP, as with
 * {@code ssh -t}.
 */
record TerminalJob(Job job, Session session, RemoteProcess process) implements ForegroundJob {

    @Override
    public OutputStream stdin() {
        return process.stdin();
    }

    @Override
    public InputStream stdout() {
        return process.stdout();
    }

    @Override
    public InputStream stderr() {
        return process.stderr();
    }

    @Override
    public int waitFor(Deadline deadline) {
        return process.waitFor(deadline);
    }

    @Override
    public void close() {
        process.close();
        session.close();
    }
}
