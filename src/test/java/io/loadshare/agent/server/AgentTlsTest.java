package io.loadshare.agent.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.LoadshareException;
import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.client.AgentClient;
import io.loadshare.agent.client.AgentHealth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents and clients that know each other by certificates of the site's own authority, made as a site makes them. */
class AgentTlsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String EC = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

    @TempDir
    private static Path site;

    @TempDir
    private Path directory;

    @AutoClose
    private TestingAgent agent;

    private final int port = TestingAgent.freePort();

    @BeforeAll
    static void makeCertificates() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "SKIPPED: needs openssl (apt install openssl)");
        authority("ca");
        authority("other");
        certificate("h1", "ca", "IP:127.0.0.1");
        certificate("h9", "ca", "DNS:h9.site.example");
    }

    private static void authority(String name) throws Exception {
        openssl("req -x509 " + EC + " -days 2 -subj /CN=" + name + " -keyout " + name + ".key -out " + name + ".pem");
    }

    private static void certificate(String name, String authority, String alternativeName) throws Exception {
        openssl("req " + EC + " -subj /CN=" + name + " -keyout " + name + ".key -out " + name + ".csr");
        Files.writeString(site.resolve(name + ".ext"), "subjectAltName=" + alternativeName + "\n");
        openssl("x509 -req -days 2 -in " + name + ".csr -CA " + authority + ".pem -CAkey " + authority
                + ".key -CAcreateserial -extfile " + name + ".ext -out " + name + ".pem");
    }

    private static void openssl(String words) throws Exception {
        Process process = new ProcessBuilder(("openssl " + words).split(" "))
                .directory(site.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    private AgentSettings settings(String certificate, String authority) {
        AgentSettings.Tls tls = new AgentSettings.Tls(
                site.resolve(certificate + ".pem"),
                site.resolve(certificate + ".key"),
                Optional.of(site.resolve(authority + ".pem")));
        return new AgentSettings(port, List.of("127.0.0.1"), Optional.empty(), Optional.of(tls), Duration.ZERO);
    }

    private void start(String certificate) {
        agent = new TestingAgent(1, settings(certificate, "ca"), directory).listen();
    }

    private AgentHealth ask(AgentSettings settings) {
        return new AgentClient(settings, InstantSource.system())
                .health(agent.host(), LIMIT)
                .join();
    }

    @Test
    void clientKnowsTheAgentByTheSitesAuthority() {
        start("h1");

        assertThat(ask(settings("h1", "ca")).version()).isEqualTo("0.1.0");
    }

    @Test
    void certificateOfAnotherAuthorityIsRefused() {
        start("h1");

        assertThatThrownBy(() -> ask(settings("h1", "other")))
                .hasMessageContaining("the agent of h1 cannot be reached")
                .hasMessageContaining("agent.tls.authority");
    }

    @Test
    void certificateOfAnotherHostIsRefused() {
        start("h9");

        assertThatThrownBy(() -> ask(settings("h1", "ca")))
                .hasMessageContaining("the agent of h1 cannot be reached")
                .hasMessageContaining("127.0.0.1");
    }

    @Test
    void plainClientGetsNothingAndTheAgentServesOn() throws IOException {
        start("h1");

        assertThat(RawClient.ask(agent, "GET", "/healthz", "", "")).doesNotContain("version=");
        assertThatThrownBy(() -> ask(TestingAgent.settings(port))).hasMessageContaining("the agent of h1");
        assertThat(ask(settings("h1", "ca")).version()).isEqualTo("0.1.0");
        assertThat(agent.log).isEmpty();
    }

    @Test
    void clientThatNeverEndsItsHandshakeIsCutOff() throws IOException {
        agent = new TestingAgent(1, settings("h1", "ca"), directory)
                .with(new AgentService.Limits(2048, Duration.ofSeconds(1)))
                .listen();
        try (RawClient slow = new RawClient(agent)) {
            slow.say(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
            assertThat(slow.hear()).isEmpty();
        }
        assertThat(agent.count(AgentCounters.Event.CUT_OFF)).isEqualTo(1);
        assertThat(ask(settings("h1", "ca")).version()).isEqualTo("0.1.0");
    }

    @Test
    void keyThatEveryoneMayReadIsRefused() throws IOException {
        Path key = Files.copy(site.resolve("h1.key"), directory.resolve("open.key"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        AgentSettings.Tls tls = new AgentSettings.Tls(site.resolve("h1.pem"), key, Optional.empty());

        assertRefused(tls, "agent.tls.key: " + key + " can be read or changed by others; chmod 600 " + key);
    }

    @Test
    void certificateThatIsNoneIsRefused() throws IOException {
        Path garbage = Files.writeString(directory.resolve("garbage.pem"), "garbage");
        AgentSettings.Tls tls = new AgentSettings.Tls(garbage, site.resolve("h1.key"), Optional.empty());

        assertRefused(tls, "agent.tls: " + garbage + " must hold a certificate chain");
    }

    private void assertRefused(AgentSettings.Tls tls, String words) {
        AgentSettings settings =
                new AgentSettings(port, List.of("127.0.0.1"), Optional.empty(), Optional.of(tls), Duration.ZERO);
        assertThatThrownBy(() -> new TestingAgent(1, settings, directory).listen())
                .isInstanceOfSatisfying(LoadshareException.class, e -> assertThat(e.kind())
                        .isEqualTo(LoadshareException.Kind.CONFIGURATION))
                .hasMessageStartingWith(words);
    }
}
