package io.loadshare.transport.jsch;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.TransportException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A command with this program's own stdin, stdout and stderr. When whoever reads our stdout or stderr goes away, the
 * command is let go, and its status is that of a program killed by SIGPIPE.
 *
 * <p>A thread copies stdin. It is a daemon that may stay, waiting for a key, after the command has ended: a read of a
 * terminal cannot be cut short.
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
            OutputStream stdin = running.stdin();
            DeadlineGuard.inBackground("loadshare-stdin", () -> copy(stdin));
            return process;
        } catch (IOException e) {
            throw TransportException.lost(host, e);
        }
    }

    private static void copy(OutputStream stdin) {
        // Not to be closed: the program's stdin is not ours.
        InputStream own = new FileInputStream(FileDescriptor.in);
        try (stdin) {
            own.transferTo(stdin);
        } catch (IOException e) {
            // The command ended before its input did.
        }
    }

    /** Bytes go past {@code System.out}, whose encoding and locks are not for them. */
    private OutputStream into(FileDescriptor descriptor) {
        FileOutputStream own = new FileOutputStream(descriptor);
        return new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) {
                try {
                    if (!readerGone) {
                        own.write(bytes, offset, count);
                    }
                } catch (IOException e) {
                    readerGone = true;
                    DeadlineGuard.inBackground("loadshare-letting-go", running::abandon);
                }
            }
        };
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
