package io.loadshare.transport.jsch;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchSessionDisconnectException;
import com.jcraft.jsch.Session;
import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import io.loadshare.transport.openssh.HostSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The steps from a link to a login: banner, key exchange, verification of the host key, authentication. */
final class Handshake {

    /**
     * The default interval for keep-alive requests. OpenSSH sends none by default, as a person watches it; kept
     * connections must not outlive their host unnoticed.
     */
    private static final Duration USUAL_SILENCE = Duration.ofSeconds(15);

    private static final Pattern AUTHENTICATION =
            Pattern.compile("(?:Auth (?:fail|cancel)|USERAUTH fail)(?:.*'(.*)')?.*");

    /** The disconnect reason that RFC 4253 calls SSH_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE. */
    private static final int NO_MORE_METHODS = 14;

    private final LoginTarget target;
    private final Identities identities;
    private final Optional<String> password;
    private final HostKeys hostKeys;
    private final HostKeyVerifier gate;
    private final Deadline deadline;
    private final DeadlineGuard guard;
    private final LoginBanner banner = new LoginBanner();

    Handshake(
            LoginTarget target,
            Identities identities,
            Optional<String> password,
            HostKeys hostKeys,
            Deadline deadline,
            DeadlineGuard guard) {
        this.target = target;
        this.identities = identities;
        this.password = password;
        this.hostKeys = hostKeys;
        this.gate = new HostKeyVerifier(hostKeys, target.address());
        this.deadline = deadline;
        this.guard = guard;
    }

    /** @throws TooManyStartupsException if another attempt is worthwhile */
    Connection over(Link link, Optional<Connection> jump) throws TooManyStartupsException {
        MonitoredStream wire = new MonitoredStream(link);
        guard.atDeadline(() -> wire.abort("its deadline passed"));
        try {
            Session session = session(wire);
            session.connect(0);
            if (guard.hasStruck()) {
                throw target.timedOut("finish the login", deadline);
            }
            return new Connection(target, session, wire, jump);
        } catch (JSchException | RuntimeException e) { // NullPointerException too, if it is not SSH
            wire.abort("the login failed");
            if (e instanceof LoadshareException failure) {
                throw failure;
            }
            throw explain(e, wire);
        }
    }

    private Session session(MonitoredStream wire) throws JSchException {
        HostSettings settings = target.settings();
        JSch jsch = new JSch();
        jsch.setInstanceLogger(new DebugLog(target.name()));
        Session session = jsch.getSession(
                settings.user(), target.address().host(), target.address().port());
        session.setProxy(wire);
        session.setDaemonThread(true);
        session.setHostKeyRepository(gate);
        session.setIdentityRepository(identities);
        session.setConfig("StrictHostKeyChecking", "yes");
        session.setConfig(
                "PreferredAuthentications", password.isEmpty() ? "publickey" : "password,keyboard-interactive");
        password.ifPresent(secret -> session.setPassword(secret.getBytes(StandardCharsets.UTF_8)));
        if (password.isEmpty()) { // JSch passes a password to prompts only where nobody else could
            session.setUserInfo(banner);
        }
        Algorithms.apply(settings, hostKeys.types(target.address()), session);
        Duration silence = settings.aliveInterval().isZero() ? USUAL_SILENCE : settings.aliveInterval();
        session.setTimeout((int) Math.min(silence.toMillis(), Integer.MAX_VALUE)); // limits JSch's wait for new keys
        wire.watch(silence, settings.aliveCountMax(), () -> askForLife(session));
        return session;
    }

    private static void askForLife(Session session) {
        try {
            session.sendKeepAliveMsg();
        } catch (Exception e) {
            // Then the answer is missing, which the monitored stream counts.
        }
    }

    private TransportException explain(Exception e, MonitoredStream wire) throws TooManyStartupsException {
        Optional<String> refusal = gate.refusal();
        if (refusal.isPresent()) {
            return target.failure(Reason.HOST_KEY, refusal.get(), e);
        }
        if (guard.hasStruck() || deadline.hasPassed()) {
            return target.timedOut(missing(wire), deadline);
        }
        if (wire.isEndedByHost() && wire.isBeforeKeyExchange()) {
            throw new TooManyStartupsException(wire.firstLine());
        }
        Matcher authentication = AUTHENTICATION.matcher(String.valueOf(e.getMessage()));
        if (gate.hasPassed() && authentication.matches() && !wire.isEndedByHost()) {
            return target.failure(Reason.LOGIN, loginWords(authentication.group(1)) + banner.words(), e);
        }
        if (gate.hasPassed() && isRefusal(e)) {
            return target.failure(Reason.LOGIN, tooManyWords((JSchSessionDisconnectException) e) + banner.words(), e);
        }
        if (gate.hasPassed() && wire.isEndedByHost() && !banner.words().isEmpty()) {
            return target.failure(
                    Reason.LOGIN, "refused the login as " + target.settings().user() + banner.words(), e);
        }
        return target.failure(Reason.PROTOCOL, protocolWords(e, wire), e);
    }

    /** Returns whether the server ended the connection because it accepts none of our login methods. */
    private static boolean isRefusal(Exception e) {
        return e instanceof JSchSessionDisconnectException end
                && (end.getReasonCode() == NO_MORE_METHODS
                        || end.getDescription().contains("authentication failures"));
    }

    private String tooManyWords(JSchSessionDisconnectException e) {
        return "refused the login as " + target.settings().user() + ": it ended the connection with '"
                + Quoted.printable(e.getDescription())
                + "'. The server limits how many keys a client may try (MaxAuthTries). "
                + identities.words()
                + ". Name the right key with IdentityFile, together with IdentitiesOnly yes, in the SSH"
                + " configuration";
    }

    private String missing(MonitoredStream wire) {
        if (wire.firstLine().isEmpty()) {
            return "send an SSH banner, though it accepted the connection,";
        }
        return gate.hasPassed() ? "finish the login" : "finish the key exchange";
    }

    private String loginWords(String methods) {
        String offers = password.isPresent() ? "The given password was refused" : identities.words();
        return "refused the login as " + target.settings().user() + ": it accepts "
                + (methods == null ? "other means" : methods) + ". " + offers
                + ". To see what OpenSSH makes of it: ssh -v -o BatchMode=yes "
                + target.settings().user() + "@"
                + target.address().host() + " true";
    }

    private String protocolWords(Exception e, MonitoredStream wire) {
        if (e instanceof JSchAlgoNegoFailException) {
            return "and the built-in SSH have no algorithm in common: " + e.getMessage()
                    + ". Let OpenSSH connect (ssh.command: [ssh])";
        }
        if (e instanceof JSchSessionDisconnectException disconnect) {
            return "ended the connection: " + disconnect.getDescription();
        }
        String stage = gate.hasPassed() ? "login" : "key exchange";
        if (wire.isEndedByHost() && wire.firstLine().startsWith("SSH-")) {
            return "broke the connection off during " + stage + ": " + wire.loss();
        }
        return "does not speak SSH as it should (" + e + "); it began with '" + wire.firstLine() + "'";
    }
}
