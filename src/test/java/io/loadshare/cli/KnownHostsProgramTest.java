package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.loadshare.testing.Cluster;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Host keys of real hosts, on their way to a site's list and from there to its users. */
@Tag("ssh")
class KnownHostsProgramTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private static Cluster cluster;

    @TempDir
    private Path home;

    private Path mine;
    private Program loadshare;

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start(3, "--users", "0");
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void setUp() throws IOException {
        mine = home.resolve("mine");
        Path config = home.resolve("ssh_config");
        Files.write(
                config,
                Files.readAllLines(cluster.sshConfig()).stream()
                        .filter(line -> !line.contains("UserKnownHostsFile"))
                        .toList());
        loadshare = new Program(home)
                .configure(
                        """
                        hosts: [ { name: "h[1-3]" } ]
                        ssh: { config: %s, knownHosts: %s }
                        scan: { timeout: 60s, connectTimeout: 30s }
                        """
                                .formatted(config, mine));
    }

    private Program.Result run(int status, String... words) {
        Program.Result result = loadshare.run(words);
        assertThat(result.status()).as(result.toString()).isEqualTo(status);
        return result;
    }

    /** Names, types and keys of a list, without comments. */
    private static Set<String> keys(String list) {
        return list.lines()
                .map(line -> line.split(" "))
                .map(words -> words[0].replaceFirst("^h[0-9],", "") + " " + words[1] + " " + words[2])
                .collect(Collectors.toSet());
    }

    private Path siteList(String text) throws IOException {
        return Files.writeString(home.resolve("site"), text);
    }

    @Test
    void aSitesListIsGatheredAndMakesItsHostsKnown() throws Exception {
        Program.Result scan = run(0, "known-hosts", "scan");
        assertThat(keys(scan.out())).isEqualTo(keys(Files.readString(cluster.knownHosts())));
        assertThat(scan.out().lines()).hasSize(9).allMatch(line -> line.contains(" SHA256:"));
        assertThat(mine).doesNotExist();
        assertThat(run(77, "run", "--no-wait", "--", "true").err()).contains("unknown host key");

        String site = siteList(scan.out()).toString();
        assertThat(run(1, "known-hosts", "check", "--from", site).out())
                .contains(cluster.address(1) + ": would be added");
        assertThat(mine).doesNotExist();
        run(0, "known-hosts", "update", "--from", site);
        assertThat(Files.readString(mine)).isEqualTo(scan.out());
        assertThat(run(0, "known-hosts", "check", "--from", site).out()).isEmpty();
        run(0, "scan", "--force");
        run(0, "run", "--", "true");
    }

    @Test
    void aHostThatDoesNotAnswerIsToldAndTheOthersShown() {
        cluster.refuse("h2");
        try {
            Program.Result scan = run(1, "known-hosts", "scan");
            assertThat(scan.out().lines()).hasSize(6);
            assertThat(scan.err()).startsWith("loadshare: h2: ").contains("refused");
        } finally {
            cluster.accept("h2");
        }
    }

    @Test
    void aChangedKeyIsReplacedOnlyWhereItIsAccepted() throws Exception {
        String list = Files.readString(cluster.knownHosts());
        List<String> old = list.lines().filter(line -> line.contains("ed25519")).toList();
        String swapped = swap(old.get(0), old.get(1)) + "\n" + swap(old.get(1), old.get(0)) + "\n";
        Files.writeString(mine, "# mine\n" + swapped);
        Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("rw-r-----"));
        String site = siteList(old.get(0) + "\n" + old.get(1) + "\n").toString();

        Program.Result refused = run(1, "known-hosts", "update", "--from", site);
        assertThat(refused.out().lines())
                .hasSize(4)
                .allMatch(line -> line.matches(".*: CHANGED from ssh-ed25519 SHA256:.* to ssh-ed25519 SHA256:.*"));
        assertThat(mine).hasContent("# mine\n" + swapped);

        Program.Result accepted = run(1, "known-hosts", "update", "--from", site, "--accept", "h1");
        assertThat(accepted.out()).contains("h1: replaced ssh-ed25519 SHA256:");
        assertThat(mine).hasContent("# mine\n" + old.get(0) + "\n" + swap(old.get(1), old.get(0)) + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(mine)))
                .isEqualTo("rw-r-----");
        run(0, "known-hosts", "update", "--from", site, "--accept", "h2");
        assertThat(mine).hasContent("# mine\n" + old.get(0) + "\n" + old.get(1) + "\n");
    }

    private static String swap(String names, String key) {
        return names.substring(0, names.indexOf(' ')) + key.substring(key.indexOf(' '));
    }

    @Test
    void aListThatOthersCouldHaveWrittenIsRefused() throws Exception {
        String list = Files.readString(cluster.knownHosts());
        Path state = Files.createDirectories(home.resolve(".local/state/loadshare"));
        Path inState = Files.writeString(state.resolve("known_hosts"), list);
        assertThat(run(77, "known-hosts", "update", "--from", inState.toString())
                        .err())
                .contains("in the state directory");

        Path site = siteList(list);
        Files.setPosixFilePermissions(site, PosixFilePermissions.fromString("rw-rw-r--"));
        assertThat(run(77, "known-hosts", "update", "--from", site.toString()).err())
                .contains("others may write to " + site + " (mode 664)");
        Files.setPosixFilePermissions(site, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setAttribute(site, "unix:uid", 47101);
        assertThat(run(77, "known-hosts", "update", "--from", site.toString()).err())
                .contains(site + " belongs to user");
        Files.setAttribute(site, "unix:uid", 0);

        Path open = Files.createDirectory(home.resolve("open"));
        Path beneath = Files.writeString(open.resolve("site"), list);
        Path link = Files.createSymbolicLink(home.resolve("link"), beneath);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(run(77, "known-hosts", "update", "--from", link.toString()).err())
                .contains("others may write to " + open);

        assertThat(run(77, "known-hosts", "update", "--from", "http://localhost/x")
                        .err())
                .contains("give an https address");
        assertThat(run(
                                65,
                                "known-hosts",
                                "update",
                                "--from",
                                siteList("# nothing\n").toString())
                        .err())
                .contains("no host key in");
        assertThat(run(
                                69,
                                "known-hosts",
                                "update",
                                "--from",
                                home.resolve("none").toString())
                        .err())
                .contains("cannot read");
        assertThat(mine).doesNotExist();
    }

    @Test
    void aListFromHttpsIsTakenIfTheServersCertificateIsTheSites() throws Exception {
        Path certificate = makeCertificates();
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(serverContext()));
        byte[] list = Files.readAllBytes(cluster.knownHosts());
        server.createContext("/known_hosts", exchange -> {
            exchange.sendResponseHeaders(200, list.length);
            exchange.getResponseBody().write(list);
            exchange.close();
        });
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/known_hosts");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.start();
        try {
            String site = "https://localhost:" + server.getAddress().getPort();
            assertThat(run(69, "known-hosts", "update", "--from", site + "/known_hosts")
                            .err())
                    .contains("cannot get " + site + "/known_hosts: ")
                    .contains("unable to find valid certification path");
            String authority = certificate.toString();
            assertThat(run(69, "known-hosts", "update", "--from", site + "/moved", "--cacert", authority)
                            .err())
                    .contains("status 302 (redirections are not followed)");
            assertThat(mine).doesNotExist();

            run(0, "known-hosts", "update", "--from", site + "/known_hosts", "--cacert", authority);
            assertThat(mine).hasBinaryContent(list);
        } finally {
            server.stop(0);
        }
    }

    /** A certificate authority of the site's own, and a server's certificate from it. */
    private Path makeCertificates() throws Exception {
        Path authority = home.resolve("ca.pem");
        keytool("-genkeypair", "-alias", "ca", "-dname", "CN=Site", "-ext", "bc:c", "-keyalg", "EC");
        keytool(
                "-genkeypair",
                "-alias",
                "server",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-keyalg",
                "EC",
                "-signer",
                "ca");
        keytool("-exportcert", "-rfc", "-alias", "ca", "-file", authority.toString());
        return authority;
    }

    private void keytool(String... words) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(System.getProperty("java.home") + "/bin/keytool"));
        command.addAll(List.of(words));
        command.addAll(List.of("-keystore", home.resolve("keys.p12").toString(), "-storepass", new String(PASSWORD)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private SSLContext serverContext() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(home.resolve("keys.p12"))) {
            store.load(in, PASSWORD);
        }
        store.deleteEntry("ca");
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
