package io.loadshare.probe;

import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/**
 * Hosts that are processes of this machine: each is the argv of a program that stands for its login shell, which gets the
 * command line after {@code -c}. Hosts may also refuse, or let nobody in before the deadline.
 */
final class TestingTransport implements Transport {

    /** As {@code sh} in {@link #host}: refuses connections. */
    static final List<String> REFUSES = List.of("refuses");

    /** As {@code sh} in {@link #host}: takes connections and does not answer. */
    static final List<String> HANGS = List.of("hangs");

    private final Map<String, List<String>> shells = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Integer> sessions = new ConcurrentHashMap<>();
    private final Set<Process> processes = ConcurrentHashMap.newKeySet();

    TestingTransport host(String name, List<String> shell) {
        shells.put(name, shell);
        return this;
    }

    /** How often a host was asked for a session. */
    int sessions(String name) {
        return sessions.getOrDefault(name, 0);
    }

    /** How many of the started programs still run. */
    long running() {
        return processes.stream().filter(Process::isAlive).count();
    }

    @Override
    public Session connect(Host host, Deadline deadline) {
        sessions.merge(host.name().value(), 1, Integer::sum);
        List<String> shell = shells.getOrDefault(host.name().value(), List.of("/bin/sh"));
        if (shell == REFUSES) {
            throw new TransportException(
                    TransportException.Reason.NO_CONNECTION, host.name() + " refuses connections on port 22", null);
        }
        if (shell == HANGS) {
            waitInVain(host, deadline);
        }
        return new LocalSession(host, shell);
    }

    private static void waitInVain(Host host, Deadline deadline) {
        try {
            TimeUnit.NANOSECONDS.sleep(deadline.remaining().toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw TransportException.timedOut(host, "let us in", deadline);
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }

    private final class LocalSession implements Session {

        private final Host host;
        private final List<String> shell;

        LocalSession(Host host, List<String> shell) {
            this.host = host;
            this.shell = shell;
        }

        @Override
        public Host host() {
            return host;
        }

        @Override
        public String user() {
            return System.getProperty("user.name");
        }

        @Override
        public RemoteProcess start(RemoteCommand command, Deadline deadline) {
            List<String> words = new java.util.ArrayList<>(shell);
            words.add("-c");
            words.add(command.line());
            try {
                Process process = new ProcessBuilder(words).start();
                processes.add(process);
                return new LocalProcess(host, process);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {}
    }

    /** Closing ends the program, so that its streams end as those of a closed channel do. */
    private record LocalProcess(Host host, Process process) implements RemoteProcess {

        @Override
        public OutputStream stdin() {
            return process.getOutputStream();
        }

        @Override
        public InputStream stdout() {
            return process.getInputStream();
        }

        @Override
        public InputStream stderr() {
            return process.getErrorStream();
        }

        @Override
        public int waitFor(Deadline deadline) {
            throw new UnsupportedOperationException("a probe's exit status says nothing");
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
