package io.loadshare.transport.external;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.Session;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import io.loadshare.transport.openssh.LocalUser;
import io.loadshare.transport.openssh.OpenSsh;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A transport that reaches hosts with a program such as {@code ssh}: {@code COMMAND… [-l USER] [-p PORT] [-tt] ADDRESS
 * LINE}, once for each command. Keys, known hosts, time limits and kept connections (ControlMaster) are up to the
 * program. {@link #connect} does not contact the host, so that each command costs one login, not two; an unreachable
 * host shows when a command is started.
 *
 * <p>The program must not ask a person: give {@code ssh} the option {@code -o BatchMode=yes}.
 */
public final class ExternalTransport implements Transport {

    /**
     * The lines that {@code ssh -v} prints after its own login, or when it uses the connection of another {@code ssh}.
     */
    private static final Pattern LET_IN =
            Pattern.compile("Authenticated to |debug1: (Authentication succeeded|mux_client_)");

    private final List<String> command;
    private final LocalUser caller;
    private final Map<Host, String> users = new ConcurrentHashMap<>();
    private final Set<ExternalProcess> running = ConcurrentHashMap.newKeySet();

    /** @param command the program and its options, at least the program */
    public ExternalTransport(List<String> command, LocalUser caller) {
        this.command = List.copyOf(command);
        this.caller = caller;
        if (command.isEmpty()) {
            throw new IllegalArgumentException("ssh.command is empty: it must name a program");
        }
    }

    @Override
    public Session connect(Host host, Deadline deadline) {
        if (host.address().startsWith("-")) {
            throw new TransportException(
                    Reason.CONFIGURATION,
                    "the address of " + host.name() + ", '" + host.address()
                            + "', would be taken for an option: it must not begin with '-'",
                    null);
        }
        return new ExternalSession(this, host, users.computeIfAbsent(host, key -> user(key, deadline)));
    }

    /**
     * Returns the login name: the host's, or otherwise the one that {@code ssh -G} prints; another program is assumed
     * to use ours.
     */
    private String user(Host host, Deadline deadline) {
        if (host.user().isPresent() || !isOpenSsh()) {
            return host.user().orElse(caller.user());
        }
        List<String> words = destination(host, false);
        words.add(1, "-G");
        try {
            return OpenSsh.user(words, caller, deadline);
        } catch (LoadshareException e) {
            throw new TransportException(Reason.CONFIGURATION, host.name() + ": " + e.getMessage(), e);
        }
    }

    private boolean isOpenSsh() {
        return Path.of(command.get(0)).endsWith("ssh");
    }

    /**
     * Returns whether the host accepts the login, which only OpenSSH can show; called after a start without an answer.
     */
    boolean letsIn(Host host, Deadline deadline) {
        if (!isOpenSsh()) {
            return true;
        }
        List<String> words = new ArrayList<>(
                List.of("timeout", Double.toString(Math.max(1, deadline.remainingMillis() / 1000.0 - 0.5))));
        words.addAll(destination(host, false));
        words.addAll(3, List.of("-v", "-N"));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(caller.environment());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            try (BufferedReader said = process.inputReader(StandardCharsets.ISO_8859_1)) {
                return said.lines().anyMatch(line -> LET_IN.matcher(line).lookingAt());
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            return false;
        }
    }

    ExternalProcess start(ExternalSession session, RemoteCommand command, Deadline deadline) {
        List<String> program = destination(session.host(), command.terminal().isPresent());
        ExternalProcess process = ExternalProcess.start(session, program, command, caller, running::remove);
        running.add(process);
        try {
            process.open(() -> letsIn(session.host(), deadline), deadline);
            return process;
        } catch (TransportException e) {
            process.close();
            throw e;
        }
    }

    /** Returns the program and its arguments up to the host. */
    private List<String> destination(Host host, boolean terminal) {
        return terminal ? SshCommand.destination(command, host, "-tt") : SshCommand.destination(command, host);
    }

    @Override
    public void close() {
        running.forEach(ExternalProcess::close);
    }
}
