package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two users who share a state directory, one of whom reaches no host for reasons of their own. */
@Tag("ssh")
class TwoUsersTest {

    private static Cluster cluster;
    private static Path program;

    @TempDir
    private Path home;

    private Path directory;

    /** What keeps a user from the hosts. */
    private enum Trouble {
        WRONG_KEY("wrong1"),
        NO_KEY("none"),
        SEVEN_WRONG_KEYS("wrong1", "wrong2", "wrong3", "wrong4", "wrong5", "wrong6", "wrong7"),
        NO_KNOWN_HOSTS,
        NO_NETWORK;

        private final List<String> keys;

        Trouble(String... keys) {
            this.keys = List.of(keys);
        }
    }

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = Cluster.start(2);
        program = InstalledProgram.in(cluster.directory().resolve("program"));
        for (int i = 1; i <= 7; i++) {
            Cluster.Output made = cluster.as("u1", "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "wrong" + i);
            assertThat(made.status()).as(made.stderr()).isZero();
        }
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private Program as(String user, String ssh, String... outside) throws IOException {
        Path configuration = Files.writeString(
                directory.resolve(user + ".yaml"),
                """
                hosts: [ { name: "h[1-2]" } ]
                ssh: %s
                scan: { timeout: 60s, connectTimeout: 30s, selfHeal: %s }
                state: { directory: %s, shared: true }
                """
                        .formatted(ssh, user.equals("u1"), directory.resolve("state")));
        List<String> words = Stream.concat(Stream.of(outside), cluster.process("as", user).command().stream())
                .toList();
        return new Program(home)
                .installed(program)
                .with("LOADSHARE_CONFIG", configuration.toString())
                .through(words.toArray(String[]::new));
    }

    private Program inTrouble(Trouble trouble) throws IOException {
        StringBuilder config = new StringBuilder();
        Files.readAllLines(cluster.sshConfig()).stream()
                .filter(line -> trouble.keys.isEmpty() || !line.strip().startsWith("Identit"))
                .forEach(line -> config.append(line).append('\n'));
        config.append("Host *\n");
        trouble.keys.forEach(key -> config.append("IdentityFile ")
                .append(cluster.home("u1").resolve(key))
                .append('\n'));
        Path file = Files.writeString(directory.resolve("ssh_config"), config);
        String knownHosts = trouble == Trouble.NO_KNOWN_HOSTS ? ", knownHosts: " + directory.resolve("none") : "";
        String ssh = "{ config: " + file + knownHosts + " }";
        return trouble == Trouble.NO_NETWORK ? as("u1", ssh, "unshare", "-n") : as("u1", ssh);
    }

    @Test
    void theRetryOfOneUserIsVisibleToTheOtherAndBlocksNobody() throws Exception {
        shareState();
        Program other = as("u2", "{}");
        Program.Running request = as("u1", "{}")
                .start("run", "--retry-license", "1", "sh", "-c", "echo License Manager Error -4; exit 5");
        Waiting.until("the retry", () -> other.run("queue").out().contains("(retry 1 of 1)"));
        String[] row = other.run("queue")
                .out()
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow()
                .strip()
                .split(" +");

        assertThat(row[2]).as("its owner").isEqualTo("u1");
        assertThat(other.run("run", "--no-wait", "--", "echo", "ran")).isEqualTo(new Program.Result(0, "ran\n", ""));
        assertThat(other.run("kill", row[1]).status()).isEqualTo(77);
        assertThat(as("u1", "{}").run("kill", row[1]).status()).isZero();
        assertThat(request.await("").status()).isEqualTo(69);
        assertThat(other.run("queue").out()).doesNotContain("u1");
    }

    private void shareState() throws IOException {
        directory = Files.createTempDirectory(cluster.directory(), "shared-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path state = Files.createDirectory(directory.resolve("state"));
        Files.setAttribute(state, "unix:gid", 47100);
        Files.setAttribute(state, "unix:mode", 02770);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void whatOneUserCannotReachIsThereForTheOther(Trouble trouble) throws Exception {
        shareState();
        Program troubled = inTrouble(trouble);
        Program other = as("u2", "{}");
        Program.Result cronBefore = other.run("cron", "status");
        assertThat(cronBefore.out()).contains("h1: absent", "h2: absent");

        Program.Result scan = troubled.run("scan");
        assertThat(scan.status()).as("before: %s", scan).isEqualTo(69);
        assertThat(scan.err()).contains("no host answered").doesNotContain("Exception");
        Program.Running during = troubled.start("run", "--no-wait", "--", "true");
        Program.Result run = other.run("run", "--no-wait", "--", "echo", "ran");
        assertThat(run).isEqualTo(new Program.Result(0, "ran\n", ""));
        Program.Result refused = during.await("");
        int expected = trouble == Trouble.NO_NETWORK ? 69 : 77;
        assertThat(refused.status()).as(refused.toString()).isEqualTo(expected);

        assertThat(troubled.run("scan", "--force").status()).isEqualTo(69);
        Program.Running load = troubled.start("load", "--json");
        Program.Running cron = troubled.start("cron", "status");
        assertThat(load.await("").out()).contains("unreachable", " for u1@");
        Program.Result cronOfTheTroubled = cron.await("");
        assertThat(cronOfTheTroubled.status()).as(cronOfTheTroubled.toString()).isEqualTo(expected);
        assertThat(cronOfTheTroubled.out()).doesNotContain("absent");
        assertThat(other.run("cron", "status")).isEqualTo(cronBefore);

        Program.Running hosts = other.start("load", "--json");
        Program.Running best = other.start("best");
        assertThat(other.run("run", "--no-wait", "--no-scan", "--", "echo", "ran"))
                .isEqualTo(new Program.Result(0, "ran\n", ""));
        assertThat(best.await("").out()).matches("h[12]\n");
        assertThat(hosts.await("").toString())
                .contains("\"state\" : \"up\"")
                .doesNotContain("unreachable", "suspended", "u1");
    }
}
