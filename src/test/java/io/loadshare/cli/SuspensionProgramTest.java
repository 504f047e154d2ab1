package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
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
    void whoseJobsDieOnOneHostAloneGetsOthersInstead() throws Exception {
        loadshare.run("scan");
        int failed = 0;
        for (int i = 0; i < 8; i++) {
            failed += loadshare.run("run", "--", "test", "-e", "/tmp/data").status();
        }
        assertThat(failed).isBetween(2, 4);

        AtomicReference<Program.Result> refused = new AtomicReference<>();
        loadshare.run("drain", "h1");
        try {
            Waiting.until("the host is kept from the user's next job", () -> {
                refused.set(loadshare.run("run", "--no-wait", "--", "test", "-e", "/tmp/data"));
                return refused.get().status() == 69;
            });
            assertThat(refused.get().err())
                    .containsPattern(
                            "h2: suspended for .* \\(test\\) until .*: [2-5] jobs of .* \\(test\\) in a row failed"
                                    + " here within 10 s and do well elsewhere, the last with status 1; ask for this host by name");
            assertThat(loadshare.run("run", "--no-wait", "--", "hostname").out())
                    .isEqualTo("h2\n");
            assertThat(loadshare
                            .run("run", "--no-wait", "--on", "h2", "--", "test", "-e", "/tmp")
                            .status())
                    .isZero();
        } finally {
            loadshare.run("undrain", "h1");
        }
        assertThat(loadshare.run("load").out()).containsPattern("h2 +up");
        assertThat(loadshare.run("history").err()).doesNotContain("trouble");
    }

    @Test
    void whoDebugsAScriptOnAHostSuspendsNothing() {
        loadshare.run("scan");
        for (int i = 0; i < 4; i++) {
            assertThat(loadshare.run("run", "--on", "h1", "--", "false").status())
                    .isEqualTo(1);
        }
        assertThat(loadshare
                        .run("run", "--no-wait", "--on", "h1", "--", "false")
                        .status())
                .isEqualTo(1);
        assertThat(loadshare.run("load").out()).containsPattern("h1 +up");
        assertThat(loadshare.run("history").err()).doesNotContain("trouble");
    }
}
