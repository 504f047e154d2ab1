package io.loadshare.transport.jsch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.loadshare.transport.Deadline;
import io.loadshare.transport.HostKey;
import io.loadshare.transport.Login;
import io.loadshare.transport.Session;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Login by what is given, not by files and agent; as Jenkins' credentials are. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GivenLoginTest {

    private static final String PASSPHRASE = "a very secret phrase";

    @TempDir
    private Path directory;

    private static Deadline ample() {
        return Deadline.after(Duration.ofSeconds(60), System::nanoTime);
    }

    private static Login password(String password) {
        return new Login.Password(Optional.of("tester"), "the-credential", password);
    }

    private void assertLetsIn(SshdStub sshd, Login login) {
        try (JschTransport transport = FaultyServerTest.transport(directory, login, sshd.key())) {
            Session session = transport.connect(sshd.host(), ample());
            assertThat(session.user()).isEqualTo("tester");
            assertThat(session.run("echo", new byte[0], 100, ample()).stdoutText())
                    .isEqualTo("hello\n");
        }
    }

    private void assertKeepsOut(SshdStub sshd, Login login, String words, String... secrets) {
        try (JschTransport transport = FaultyServerTest.transport(directory, login, sshd.key())) {
            TransportException failure =
                    catchThrowableOfType(TransportException.class, () -> transport.connect(sshd.host(), ample()));
            assertThat(failure).hasMessageContainingAll("refused the login as tester", words);
            assertThat(failure.reason()).isEqualTo(Reason.LOGIN);
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace, true));
            assertThat(trace + login.toString()).doesNotContain(secrets);
        }
    }

    @Test
    void passwordLetsIn() {
        try (SshdStub sshd = new SshdStub()) {
            assertLetsIn(sshd, password(SshdStub.PASSWORD));
        }
    }

    @Test
    void passwordIsAlsoGivenToAServerThatPromptsForIt() {
        try (SshdStub sshd = new SshdStub(
                server -> server.setUserAuthFactories(List.of(UserAuthKeyboardInteractiveFactory.INSTANCE)))) {
            assertLetsIn(sshd, password(SshdStub.PASSWORD));
        }
    }

    @Test
    void wrongPasswordIsNotShown() {
        try (SshdStub sshd = new SshdStub()) {
            assertKeepsOut(sshd, password("wrong and secret"), "The given password was refused", "wrong and secret");
        }
    }

    @Test
    void privateKeyLetsInOnceItsPassphraseIsRight() throws Exception {
        Path file = directory.resolve("key");
        Process keygen =
                new ProcessBuilder("ssh-keygen", "-q", "-t", "ecdsa", "-N", PASSPHRASE, "-f", file.toString()).start();
        assertThat(keygen.waitFor()).isZero();
        byte[] key = Files.readAllBytes(file);
        String[] line = Files.readString(directory.resolve("key.pub")).split(" ");
        HostKey accepted = HostKey.of(java.util.Base64.getDecoder().decode(line[1]));

        try (SshdStub sshd = new SshdStub(server -> server.setPublickeyAuthenticator((user, offered, session) -> {
            ByteArrayBuffer buffer = new ByteArrayBuffer();
            buffer.putRawPublicKey(offered);
            return HostKey.of(buffer.getCompactData()).equals(accepted);
        }))) {
            assertLetsIn(sshd, key(key, Optional.of(PASSPHRASE)));
            assertKeepsOut(sshd, key(key, Optional.of("other words")), "its passphrase is wrong", "other words");
            assertKeepsOut(
                    sshd, key(key, Optional.empty()), "it is encrypted", new String(key, StandardCharsets.US_ASCII));
            byte[] garbage = "secret rubbish".getBytes(StandardCharsets.US_ASCII);
            assertKeepsOut(sshd, key(garbage, Optional.empty()), "not a private key of a known format", "rubbish");
        }
    }

    @Test
    void wordsOfAServerThatKeepsUsOutAreShown() throws Exception {
        Path file = directory.resolve("key");
        assertThat(new ProcessBuilder("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", file.toString())
                        .start()
                        .waitFor())
                .isZero();
        try (SshdStub sshd = new SshdStub(server -> {
            CoreModuleProperties.WELCOME_BANNER.set(server, "The account has \033[31mexpired\n");
            server.setPublickeyAuthenticator((user, offered, session) -> false);
        })) {
            assertKeepsOut(
                    sshd,
                    key(Files.readAllBytes(file), Optional.empty()),
                    "The server said: 'The account has \\u001b[31mexpired'",
                    "PRIVATE KEY");
        }
    }

    private static Login key(byte[] key, Optional<String> passphrase) {
        return new Login.PrivateKey(Optional.of("tester"), "the-credential", key, passphrase);
    }
}
