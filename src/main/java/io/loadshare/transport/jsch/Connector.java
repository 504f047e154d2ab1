package io.loadshare.transport.jsch;

import com.jcraft.jsch.JSchException;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.Login;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import io.loadshare.transport.openssh.Destination;
import io.loadshare.transport.openssh.HostSettings;
import io.loadshare.transport.openssh.KnownHosts;
import io.loadshare.transport.openssh.OpenSsh;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * The component that logs in to hosts, through their jump hosts, all within one deadline: name resolution, TCP, banner,
 * key exchange, login. If a server rejects the connection before its key exchange (MaxStartups), it tries again after a
 * growing, random pause. It leaves nothing open after a failure.
 */
final class Connector {

    private static final int MOST_JUMPS = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final OpenSsh openSsh;
    private final Optional<Path> firstIdentity;
    private final Login login;
    private final Optional<HostKeys> hostKeys;
    private final boolean strict;
    private final RandomGenerator random;
    private final KeyFiles keyFiles = new KeyFiles();
    private final Map<List<Object>, KnownHosts> knownHosts = new ConcurrentHashMap<>();

    /**
     * @param hostKeys the host keys to trust; empty: as the configuration of each host says
     * @param strict whether to refuse unknown keys even if the configuration accepts them
     */
    Connector(
            OpenSsh openSsh,
            Optional<Path> firstIdentity,
            Login login,
            Optional<HostKeys> hostKeys,
            boolean strict,
            RandomGenerator random) {
        this.openSsh = openSsh;
        this.firstIdentity = firstIdentity;
        this.login = login;
        this.hostKeys = hostKeys;
        this.strict = strict;
        this.random = random;
    }

    /** Returns the login name on a host. */
    String user(Host host, Deadline deadline) {
        return settings(Destination.of(host), deadline).user();
    }

    /** @throws TransportException if the login is not complete by the deadline */
    Connection open(Host host, Deadline deadline) {
        try {
            return open(host, settings(Destination.of(host), deadline), deadline);
        } catch (TransportException e) {
            throw e;
        } catch (LoadshareException e) {
            Reason reason = e.kind() == LoadshareException.Kind.REFUSED ? Reason.HOST_KEY : Reason.CONFIGURATION;
            throw new TransportException(reason, host.name() + ": " + e.getMessage(), e);
        }
    }

    private Connection open(Host host, HostSettings settings, Deadline deadline) {
        LoginTarget target = new LoginTarget(host.name().value(), settings);
        Deadline limit = settings.connectTimeout().map(deadline::within).orElse(deadline);
        Duration pause = FIRST_PAUSE;
        for (int tries = 1; ; tries++) {
            try (DeadlineGuard guard = new DeadlineGuard(limit)) {
                return open(target, settings.jumps(), limit, guard, 0);
            } catch (TooManyStartupsException e) {
                Duration jittered = pause.dividedBy(2).plusMillis(random.nextLong(pause.toMillis()));
                if (jittered.compareTo(limit.remaining()) >= 0) {
                    throw target.failure(Reason.NO_CONNECTION, turnedAway(tries, limit, e), e);
                }
                sleep(target, jittered);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private static String turnedAway(int tries, Deadline limit, TooManyStartupsException e) {
        String said = e.getMessage().isEmpty() ? "without a word" : "with '" + e.getMessage() + "'";
        return "closed the connection before the key exchange, " + tries + " times in " + limit.words() + ", " + said
                + ": its sshd is overloaded (MaxStartups) or refuses this machine";
    }

    private static void sleep(LoginTarget target, Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw target.failure(Reason.LOST, "was given up: interrupted before another try", e);
        }
    }

    private Connection open(
            LoginTarget target, List<Destination> via, Deadline deadline, DeadlineGuard guard, int jumps)
            throws TooManyStartupsException {
        if (jumps > MOST_JUMPS) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    target + " is reached through more than " + MOST_JUMPS
                            + " jump hosts: does the ProxyJump of one of them lead back?");
        }
        Optional<Connection> jump = Optional.empty();
        Connection connection = null;
        try {
            if (!via.isEmpty()) {
                jump = Optional.of(openJump(target, via, deadline, guard, jumps + 1));
            }
            Link link = jump.isEmpty()
                    ? TcpConnector.connect(target, deadline, guard)
                    : forward(jump.get(), target, deadline);
            connection = handshake(target, deadline, guard).over(link, jump);
            return connection;
        } finally {
            if (connection == null) {
                jump.ifPresent(Connection::close);
            }
        }
    }

    /**
     * Returns the link to a jump host: the last jump host is reached through those before it, the first by its own
     * configuration.
     */
    private Connection openJump(
            LoginTarget to, List<Destination> via, Deadline deadline, DeadlineGuard guard, int jumps)
            throws TooManyStartupsException {
        Destination last = via.get(via.size() - 1);
        HostSettings settings = settings(last, deadline);
        List<Destination> rest = via.size() == 1 ? settings.jumps() : via.subList(0, via.size() - 1);
        return open(new LoginTarget(to.name() + "'s jump host " + last.name(), settings), rest, deadline, guard, jumps);
    }

    private static Link forward(Connection jump, LoginTarget target, Deadline deadline) {
        try {
            return jump.forward(target.address(), deadline);
        } catch (Connection.ChannelNotOpenedException e) {
            if (!e.isRefused()) {
                throw target.timedOut("answer through " + jump.target(), deadline);
            }
            throw target.failure(
                    Reason.NO_CONNECTION,
                    "cannot be reached from " + jump.target() + ": " + e.getMessage()
                            + ". Check that it is up, and that " + jump.target()
                            + " allows TCP forwarding (AllowTcpForwarding)",
                    e);
        } catch (JSchException | IOException e) {
            throw target.failure(Reason.NO_CONNECTION, "cannot be reached from " + jump.target() + ": " + e, e);
        }
    }

    private Handshake handshake(LoginTarget target, Deadline deadline, DeadlineGuard guard) {
        Optional<String> password =
                login instanceof Login.Password given ? Optional.of(given.password()) : Optional.empty();
        return new Handshake(target, identities(target, guard), password, hostKeys(target.settings()), deadline, guard);
    }

    private Identities identities(LoginTarget target, DeadlineGuard guard) {
        if (login instanceof Login.Password) {
            return Identities.none();
        }
        return login instanceof Login.PrivateKey given
                ? Identities.given(keyFiles.given(given), given.name())
                : Identities.configured(target.settings(), firstIdentity, keyFiles, guard);
    }

    private HostKeys hostKeys(HostSettings settings) {
        KnownHosts.Unknown unknown = strict ? KnownHosts.Unknown.REFUSED : settings.unknownKeys();
        return hostKeys.orElseGet(() -> knownHosts.computeIfAbsent(
                List.of(settings.userKnownHosts(), settings.globalKnownHosts(), unknown),
                files -> new KnownHosts(settings.userKnownHosts(), settings.globalKnownHosts(), unknown)));
    }

    private HostSettings settings(Destination destination, Deadline deadline) {
        Optional<String> user = destination.user().or(login::user);
        return openSsh.settings(
                new Destination(destination.name(), destination.address(), destination.port(), user), deadline);
    }
}
