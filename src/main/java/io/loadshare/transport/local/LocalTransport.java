package io.loadshare.transport.local;

import io.loadshare.host.Host;
import io.loadshare.transport.CallersLocale;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A transport that runs commands on this machine as sshd would: with {@code /bin/sh} as the login shell, in the home
 * directory, each in a session of its own ({@code setsid}), or under a pseudo-terminal ({@code script}). Unlike under
 * sshd, a command has the environment of this program, except for the variables that mark it as part of a job. A line
 * must be ASCII, because Java cannot pass other characters under every locale.
 */
public final class LocalTransport implements Transport {

    /** Shell text that changes to the home directory, or to the root directory if it does not exist, like sshd. */
    private static final String GO_HOME = "cd 2>/dev/null || cd /\n";

    private final Optional<Path> home;

    public LocalTransport() {
        this.home = Optional.empty();
    }

    /**
     * @param home the home directory instead of {@code $HOME}
     */
    public LocalTransport(Path home) {
        this.home = Optional.of(home);
    }

    @Override
    public Session connect(Host host, Deadline deadline) {
        if (!host.local()) {
            throw new IllegalArgumentException(host.name() + " is not this machine (local: true): it needs SSH");
        }
        return new LocalSession(host);
    }

    /** Does nothing: a transport to this machine has no connections. */
    @Override
    public void close() {}

    private final class LocalSession implements Session {

        private final Host host;

        LocalSession(Host host) {
            this.host = host;
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
            requireAscii(command.line());
            ProcessBuilder builder = new ProcessBuilder(words(command));
            // A login is not part of a job, even if this program is: when that job is ended, this process must not
            // count as a part of it.
            builder.environment().keySet().removeAll(List.of("LOADSHARE_JOB", "LOADSHARE_HOST"));
            CallersLocale.restore(builder.environment());
            home.ifPresent(directory -> builder.environment().put("HOME", directory.toString()));
            command.terminal().ifPresent(terminal -> {
                builder.environment().put("TERM", terminal.type());
                builder.environment().put("SHELL", "/bin/sh"); // with which script runs its command
            });
            try {
                return new LocalProcess(host, builder.start());
            } catch (IOException e) {
                throw new TransportException(
                        TransportException.Reason.NO_CONNECTION,
                        "cannot start '" + builder.command().get(0) + "' on this machine: " + e.getMessage()
                                + "; setsid and script are parts of util-linux",
                        e);
            }
        }

        /** Does nothing: a session has no connection. */
        @Override
        public void close() {}
    }

    private static List<String> words(RemoteCommand command) {
        if (command.terminal().isEmpty()) {
            return List.of("setsid", "/bin/sh", "-c", GO_HOME + command.line());
        }
        List<String> words = new ArrayList<>(List.of("script", "--quiet", "--return", "--flush", "--command"));
        words.add(GO_HOME + command.wholeLine());
        words.add("/dev/null");
        return words;
    }

    private static void requireAscii(String line) {
        if (line.chars().anyMatch(c -> c == 0 || c > 126)) {
            throw new IllegalArgumentException("a command line must be ASCII without NUL, was '" + line + "'");
        }
    }
}
