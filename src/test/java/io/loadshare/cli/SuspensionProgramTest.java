package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that must not be believed, as users see them. */
@Tag("ssh")
class SuspensionProgramTest {

    private static Cluster cluster;

    @TempDir
    private Path home;

    private Program loadshare;

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start(2, "--users", "0");
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void setUp() {
        configure("none");
        cluster.exec("h1", "touch", "/tmp/data");
        cluster.exec("h2", "rm", "-f", "/tmp/data");
    }

    private void configure(String check) {
        loadshare = new Program(home)
                .configure(
                        """
                        hosts: [ { name: "h[1-2]" } ]
                        ssh: { config: %s, knownHosts: %s }
                        scan: { timeout: 60s, connectTimeout: 30s, maxAge: 1h, minInterval: 0s, check: %s }
                        """
                                .formatted(cluster.sshConfig(), cluster.knownHosts(), check));
    }

    @Test
    void whatACheckSaysKeepsAHostOutUntilItPasses() {
        configure("\"test -e /tmp/data || { echo '/imaging is not mounted'; echo more; exit 1; }\"");
        assertThat(loadshare.run("scan").status()).isZero();

        assertThat(loadshare.run("load").out()).containsPattern("h2 .* check says: /imaging is not mounted\n");
        assertThat(loadshare.run("load", "--json").out())
                .contains("\"reason\" : \"check says: /imaging is not mounted\"");
        assertThat(loadshare.run("best", "--explain").out()
                        + loadshare.run("best", "--explain").err())
                .contains("check says: /imaging is not mounted");
        Program.Result refused = loadshare.run("run", "--no-wait", "--on", "h2", "--", "true");
        assertThat(refused.status()).isEqualTo(69);
        assertThat(refused.err()).contains("h2: check says: /imaging is not mounted");

        cluster.exec("h2", "touch", "/tmp/data");
        loadshare.run("scan");
        assertThat(loadshare
                        .run("run", "--no-wait", "--on", "h2", "--", "hostname")
                        .out())
                .isEqualTo("h2\n");
    }

    @Test
    void aBlackHoleIsSuspendedShownAndForgiven() throws Exception {
        loadshare.run("scan");
        List<String> said = new ArrayList<>();
        Waiting.until("the black hole is suspended", () -> {
            said.add(loadshare.run("run", "--", "test", "-e", "/tmp/data").err());
            return said.get(said.size() - 1).contains("h2 is suspended until");
        });
        assertThat(said).hasSizeLessThan(10);
        assertThat(said.get(said.size() - 1)).contains("2 jobs in a row failed within 10 s, the last with status 1");

        Waiting.until("the next job that the host gets has failed, too", () -> loadshare
                .run("run", "--no-wait", "--on", "h2", "--", "test", "-e", "/tmp/data")
                .err()
                .contains("h2 is suspended until"));
        assertThat(loadshare.run("load").out()).containsPattern("h2 +suspended .* suspended until .*: 3 jobs in a row");
        assertThat(loadshare.run("best", "--explain").out()
                        + loadshare.run("best", "--explain").err())
                .contains("3 jobs in a row failed within 10 s");
        assertThat(loadshare.run("run", "--", "hostname").out()).isEqualTo("h1\n");
        assertThat(loadshare.run("history").err()).contains("h2 has been in trouble since", "; suspended until");

        assertThat(loadshare.run("undrain", "h2").status()).isZero();
        assertThat(loadshare.run("load").out()).containsPattern("h2 +up");
        assertThat(loadshare.run("history").err()).doesNotContain("trouble");
    }
}
