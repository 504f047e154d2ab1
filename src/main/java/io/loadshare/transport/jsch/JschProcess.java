package io.loadshare.transport.jsch;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Pipe;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.TransportException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A command whose output is streamed. */
final class JschProcess implements RemoteProcess {

    private final Host host;
    private final RunningCommand running;
    private final InputStream stdout;
    private final InputStream stderr;
    private final OutputStream stdin;

    private JschProcess(Host host, RunningCommand running, Pipe stdout, Pipe stderr) throws IOException {
        this.host = host;
        this.running = running;
        this.stdout = stdout.reader();
        this.stderr = stderr.reader();
        this.stdin = running.stdin();
    }

    static JschProcess start(Host host, RemoteCommand command, HostPool pool, HostPool.Use use, Deadline deadline) {
        RunningCommand running = new RunningCommand(host);
        Pipe stdout = new Pipe();
        Pipe stderr = new Pipe();
        try (DeadlineGuard guard = new DeadlineGuard(deadline)) {
            running.start(command, into(stdout, running), into(stderr, running), pool, use, deadline, guard);
            return new JschProcess(host, running, stdout, stderr);
        } catch (IOException e) {
            throw TransportException.lost(host, e);
        }
    }

    private static OutputStream into(Pipe pipe, RunningCommand running) {
        return new FilterOutputStream(pipe.writer()) {
            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                out.write(bytes, offset, count);
            }

            @Override
            public void close() {
                IOException breach = running.breach();
                if (breach == null) {
                    pipe.end();
                } else {
                    pipe.breakOff(breach);
                }
            }
        };
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public InputStream stdout() {
        return stdout;
    }

    @Override
    public InputStream stderr() {
        return stderr;
    }

    @Override
    public int waitFor(Deadline deadline) {
        if (!running.await(deadline)) {
            throw TransportException.timedOut(host, "end the command", deadline);
        }
        return running.status();
    }

    @Override
    public void close() {
        try {
            stdout.close();
            stderr.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing a pipe does not fail", e);
        }
        running.abandon();
    }
}
