package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts that stop letting a user in after a good scan, and hosts that our own SSH configuration does not reach. */
@Tag("ssh")
class UnfitHostsProgramTest {

    @AutoClose
    private static Cluster cluster;

    @TempDir
    private Path home;

    private Program loadshare;

    /** What goes wrong on h1 for its user u1. */
    private enum Fault {
        NO_SHELL(
                "sed 's#^\\(u1:.*\\):[^:]*$#\\1:/usr/sbin/nologin#' /etc/passwd >/var/tmp/accounts;"
                        + " mount --bind /var/tmp/accounts /etc/passwd",
                "umount /etc/passwd",
                "This account is currently not available."),
        EXPIRED_ACCOUNT(
                "sed 's/^\\(u1:.*\\):[^:]*:[^:]*$/\\1:10000:/' /etc/shadow >/var/tmp/accounts;"
                        + " chmod 600 /var/tmp/accounts; mount --bind /var/tmp/accounts /etc/shadow",
                "umount /etc/shadow",
                "Your account has expired"),
        NO_HOME("mv /home/u1 /home/gone", "mv /home/gone /home/u1", "home directory");

        private final String strike;
        private final String mend;
        private final String words;

        Fault(String strike, String mend, String words) {
            this.strike = strike;
            this.mend = mend;
            this.words = words;
        }
    }

    @BeforeAll
    static void startCluster() throws IOException {
        cluster = Cluster.start(
                2,
                "--users",
                "1",
                "--sshd",
                "UsePAM yes",
                "--sshd",
                "AuthorizedKeysFile .ssh/authorized_keys /var/lib/keys");
        onH1("cp ~u1/.ssh/authorized_keys /var/lib/keys; chmod 644 /var/lib/keys");
    }

    private static void onH1(String command) {
        Cluster.Output output = cluster.exec("h1", "sh", "-c", command);
        assertThat(output.status()).as(output.toString()).isZero();
    }

    private void configure(String hosts, Path sshConfig) {
        loadshare = new Program(home)
                .configure(
                        """
                        hosts: [ { name: "%s", user: u1 } ]
                        ssh: { config: %s, knownHosts: %s }
                        scan: { timeout: 30s, connectTimeout: 20s, minInterval: 0s }
                        """
                                .formatted(hosts, sshConfig, cluster.knownHosts()));
    }

    @ParameterizedTest
    @EnumSource
    void aJobMovesAtOnceFromAHostThatWentBadAfterItsScan(Fault fault) {
        for (String way : List.of("", "--detach ")) {
            configure("h[1-2]", cluster.sshConfig());
            cluster.burn("h2", 1);
            assertThat(loadshare.run("scan", "--force").status()).isZero();
            assertThat(loadshare.run("best").out()).isEqualTo("h1\n");
            onH1(fault.strike);
            try {
                Program.Result moved = run("run " + way + "-- hostname");
                assertThat(moved.status()).as(moved.toString()).isZero();
                assertThat(moved.err().lines()).as(moved.err()).hasSize(1);
                assertThat(moved.err()).contains("h1", fault.words, "; trying another host");
                if (way.isEmpty()) {
                    assertThat(moved.out()).isEqualTo("h2\n");
                }
                Program.Result alone = run("run --no-wait --on h1 " + way + "-- hostname");
                assertThat(alone.status()).as(alone.toString()).isIn(69, 77);
                assertThat(alone.err()).contains(fault.words).doesNotContain("another host");
            } finally {
                cluster.burn("h2", 0);
                onH1(fault.mend);
            }
        }
    }

    private Program.Result run(String command) {
        return loadshare.run(command.split(" "));
    }

    @Test
    void anSshConfigurationThatCannotBeFollowedEndsEveryCommandWith78() throws IOException {
        Path config = home.resolve("ssh_config");
        Files.writeString(config, Files.readString(cluster.sshConfig()) + "Host *\nCanonicalizeHostname yes\n");
        configure("h[1-2]", config);
        loadshare.with("PATH", home.toString());
        for (String command : List.of(
                "scan",
                "best",
                "run -- true",
                "run --detach -- true",
                "run --on h1 -- true",
                "jobs",
                "kill job",
                "known-hosts scan")) {
            Program.Result result = run(command);
            assertThat(result.status()).as(command + ": " + result).isEqualTo(78);
            assertThat(result.err() + result.out())
                    .contains("ssh_config line ", "canonicalizehostname", "ssh is not in PATH");
        }
    }
}
