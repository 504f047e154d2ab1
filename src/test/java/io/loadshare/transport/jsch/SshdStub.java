package io.loadshare.transport.jsch;

import io.loadshare.host.Host;
import io.loadshare.transport.HostKey;
import io.loadshare.transport.Login;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.server.SshServer;

/** An SSH server within this process, by Apache MINA, that a test can spoil. It lets {@link #LOGIN} in. */
final class SshdStub implements AutoCloseable {

    static final String PASSWORD = "a very secret word";
    static final Login LOGIN = new Login.Password(Optional.of("tester"), "test", PASSWORD);

    private final SshServer server = SshServer.setUpDefaultServer();
    private final HostKey key;

    SshdStub() {
        this(server -> {});
    }

    SshdStub(Consumer<SshServer> spoil) {
        try {
            java.security.KeyPairGenerator generator = SecurityUtils.getKeyPairGenerator("EC");
            generator.initialize(256);
            java.security.KeyPair pair = generator.generateKeyPair();
            ByteArrayBuffer buffer = new ByteArrayBuffer();
            buffer.putRawPublicKey(pair.getPublic());
            key = HostKey.of(buffer.getCompactData());
            server.setHost("127.0.0.1");
            server.setKeyPairProvider(KeyPairProvider.wrap(List.of(pair)));
            server.setPasswordAuthenticator((user, password, session) -> password.equals(PASSWORD));
            server.setCommandFactory((channel, line) -> new ScriptedCommand(line));
            spoil.accept(server);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    HostKey key() {
        return key;
    }

    Host host() {
        return RawServer.hostAt(server.getPort());
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        try {
            server.stop(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
