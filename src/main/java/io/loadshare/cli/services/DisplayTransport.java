package io.loadshare.cli.services;

import io.loadshare.Quoted;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.transport.CommandResult;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Session;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * A transport for programs that show windows. It refuses hosts that do not forward X11: a program there would end
 * without a window and often without a message. {@code ssh} itself only warns about it.
 */
record DisplayTransport(Transport other, Predicate<Host> needsForwarding, Set<HostName> checked) implements Transport {

    private static final String MARKER = "loadshare-display ";
    private static final String SCRIPT = "printf '\\n" + MARKER + "%s\\n' \"${DISPLAY-}\"; exit\n";
    private static final int ANSWER_LIMIT = 64 * 1024;

    /** @param needsForwarding whether a host cannot reach the display by itself */
    static DisplayTransport over(Transport other, Predicate<Host> needsForwarding) {
        return new DisplayTransport(other, needsForwarding, ConcurrentHashMap.newKeySet());
    }

    @Override
    public Session connect(Host host, Deadline deadline) {
        Session session = other.connect(host, deadline);
        if (needsForwarding.test(host) && checked.add(host.name())) {
            try {
                requireDisplay(session, deadline);
            } catch (RuntimeException e) {
                checked.remove(host.name());
                session.close();
                throw e;
            }
        }
        return session;
    }

    private static void requireDisplay(Session session, Deadline deadline) {
        CommandResult answer =
                session.run("exec /bin/sh", SCRIPT.getBytes(StandardCharsets.UTF_8), ANSWER_LIMIT, deadline);
        if (answer.stdoutText().lines().anyMatch(MARKER::equals)) {
            String host = session.host().name().value();
            String why = answer.stderrText()
                    .lines()
                    .filter(line -> line.contains("X11") || line.contains("xauth"))
                    .findFirst()
                    .map(line -> " (ssh: " + Quoted.printable(line.strip()) + ")")
                    .orElse("");
            throw new TransportException(
                    TransportException.Reason.NO_DISPLAY,
                    host + " does not forward X11, so no window can open" + why
                            + ". Set 'X11Forwarding yes' in the sshd_config of " + host + ", and install xauth there.",
                    null);
        }
    }

    @Override
    public void close() {
        other.close();
    }
}
