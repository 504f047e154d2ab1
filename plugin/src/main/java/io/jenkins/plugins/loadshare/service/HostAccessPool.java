package io.jenkins.plugins.loadshare.service;

import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.job.JobSettings;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.HostKeys;
import io.loadshare.transport.Login;
import io.loadshare.transport.Session;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.Transports;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.local.LocalTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The pool of {@link HostAccess} objects, one for each login in use. When the settings or a credential change, it
 * creates new ones and closes the old ones once nothing uses them.
 */
final class HostAccessPool {

    private record Key(SshSettings ssh, Optional<HostKeys> hostKeys, JobSettings job, String login) {}

    private final Map<Key, HostAccess> open = new LinkedHashMap<>();
    private final ScheduledExecutorService polls;
    private final InstantSource clock;

    HostAccessPool(ScheduledExecutorService polls, InstantSource clock) {
        this.polls = polls;
        this.clock = clock;
    }

    synchronized HostAccess of(Settings settings, Login login) {
        Key key = new Key(
                settings.core().ssh(), settings.hostKeys(), settings.core().job(), digest(login));
        return open.computeIfAbsent(key, k -> make(settings, login)).touch();
    }

    private HostAccess make(Settings settings, Login login) {
        JschTransport remote =
                new JschTransport(settings.core().ssh(), caller(), login, settings.hostKeys(), new SecureRandom());
        return new HostAccess(
                new Transports(new LocalTransport(), remote), settings.core().job(), polls, clock);
    }

    /** Returns the user who runs Jenkins. */
    static LocalUser caller() {
        return new LocalUser(
                System.getProperty("user.name"), Path.of(System.getProperty("user.home")), System.getenv());
    }

    /** Returns a transport to this machine. Every other host is unreachable, for the given reason. */
    static Transport localOnly(LoadshareException reason) {
        Transport none = new Transport() {
            @Override
            public Session connect(Host host, Deadline deadline) {
                throw new TransportException(
                        TransportException.Reason.CONFIGURATION, host.name() + ": " + reason.getMessage(), reason);
            }

            @Override
            public void close() {}
        };
        return new Transports(new LocalTransport(), none);
    }

    /** Returns the key of a login. It is a digest, since logins hold secrets. */
    private static String digest(Login login) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        add(digest, login.getClass().getSimpleName());
        add(digest, login.user().orElse(""));
        if (login instanceof Login.PrivateKey key) {
            add(digest, key.name());
            digest.update(key.key());
            add(digest, key.passphrase().orElse(""));
        } else if (login instanceof Login.Password password) {
            add(digest, password.name());
            add(digest, password.password());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    /** Closes every access that has not been used for the given time. */
    synchronized void closeIdle(Duration time) {
        for (Iterator<HostAccess> each = open.values().iterator(); each.hasNext(); ) {
            HostAccess access = each.next();
            if (access.isIdle(time)) {
                each.remove();
                access.transport().close();
            }
        }
    }

    synchronized void close() {
        open.values().forEach(access -> access.transport().close());
        open.clear();
    }
}
