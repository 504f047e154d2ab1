package io.loadshare.transport.jsch;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.OwnStreams;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.TransportException;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A command with this program's own stdin, stdout and stderr. When whoever reads our stdout or stderr goes away, the
 * command is let go, and its status is that of a program killed by SIGPIPE.
 */
final class InheritingProcess implements RemoteProcess {

    private static final int KILLED_BY_SIGPIPE = 128 + 13;

    private final Host host;
    private final RunningCommand running;
    private volatile boolean readerGone;

    private InheritingProcess(Host host, RunningCommand running) {
        this.host = host;
        this.running = running;
    }

    static InheritingProcess start(Host host, RemoteCommand command, HostPool pool, Deadline deadline) {
        RunningCommand running = new RunningCommand(host);
        InheritingProcess process = new InheritingProcess(host, running);
        try (DeadlineGuard guard = new DeadlineGuard(deadline)) {
            OutputStream stdout = process.into(FileDescriptor.out);
            OutputStream stderr = process.into(FileDescriptor.err);
            running.start(command, stdout, stderr, pool, HostPool.Use.ALONE, deadline, guard);
            OwnStreams.feed(running.stdin());
            return process;
        } catch (IOException e) {
            throw TransportException.lost(host, e);
        }
    }

    private OutputStream into(FileDescriptor descriptor) {
        return OwnStreams.to(descriptor, () -> {
            if (!readerGone) {
                readerGone = true;
                DeadlineGuard.inBackground("loadshare-letting-go", running::abandon);
            }
        });
    }

    @Override
    public OutputStream stdin() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public InputStream stdout() {
        return InputStream.nullInputStream();
    }

    @Override
    public InputStream stderr() {
        return InputStream.nullInputStream();
    }

    @Override
    public int waitFor(Deadline deadline) {
        if (!running.await(deadline)) {
            throw TransportException.timedOut(host, "end the command", deadline);
        }
        return readerGone ? KILLED_BY_SIGPIPE : running.status();
    }

    @Override
    public void close() {
        running.abandon();
    }
}
