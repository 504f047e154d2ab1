package io.loadshare.probe;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.load.LoadReport;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;

/** Measures one host. One thread calls {@link #run}; another calls {@link #abandon} when the time is up. */
final class Measurement {

    private final Host host;
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private boolean abandoned;
    private volatile boolean loggedIn;

    Measurement(Host host) {
        this.host = host;
    }

    /** @throws LoadshareException without a report, with the reason */
    LoadReport run(Transport transport, Probe probe, Deadline toConnect, Deadline deadline, InstantSource clock) {
        try (Session session = transport.connect(host, toConnect)) {
            loggedIn = session.isLoggedIn();
            closeWhenAbandoned(session::close);
            try (RemoteProcess process = session.start(RemoteCommand.of(Probe.COMMAND), deadline)) {
                closeWhenAbandoned(process::close);
                send(probe.script(host), process);
                byte[] output = probe.receive(process.stdout());
                return read(probe, output, process, clock);
            } catch (IOException e) {
                throw TransportException.lost(host, e);
            }
        }
    }

    /** Returns whether the login has succeeded. */
    boolean isLoggedIn() {
        return loggedIn;
    }

    private static void send(byte[] script, RemoteProcess process) {
        try (OutputStream stdin = process.stdin()) {
            stdin.write(script);
        } catch (IOException e) {
            // A program that does not read the script is not sh; its output explains more than this exception.
        }
    }

    private LoadReport read(Probe probe, byte[] output, RemoteProcess process, InstantSource clock) throws IOException {
        try {
            return probe.read(output, host.name(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
        } catch (LoadshareException e) {
            throw new LoadshareException(e.kind(), e.getMessage() + complaints(process.stderr()), e);
        }
    }

    /** Returns what stderr contains so far; waiting for more could take forever. */
    private static String complaints(InputStream stderr) throws IOException {
        String text = new String(stderr.readNBytes(Math.min(300, stderr.available())), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "" : "; on stderr '" + Quoted.printable(text) + "'";
    }

    private void closeWhenAbandoned(Runnable close) {
        synchronized (this) {
            if (!abandoned) {
                closing.push(close);
                return;
            }
        }
        throw new LoadshareException(LoadshareException.Kind.UNAVAILABLE, host.name() + " answered too late");
    }

    /** Closes the connection, which ends a waiting {@link #run}. */
    void abandon() {
        Deque<Runnable> open;
        synchronized (this) {
            abandoned = true;
            open = new ArrayDeque<>(closing);
        }
        open.forEach(Runnable::run);
    }
}
