package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program with real hosts behind real sshd. */
@Tag("ssh")
class ClusterProgramTest {

    private static Cluster cluster;

    @TempDir
    private Path home;

    private Program loadshare;

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start(5, "--users", "1");
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void setUp() {
        loadshare = new Program(home).configure(configuration("h[1-4]", ""));
    }

    private static String configuration(String hosts, String more) {
        return """
                hosts:
                  - { name: "%s" }
                pools:
                  - { name: vnc, hosts: "%s" }
                ssh: { config: %s, knownHosts: %s }
                scan: { timeout: 20s, connectTimeout: 10s }
                %s
                """
                .formatted(hosts, hosts, cluster.sshConfig(), cluster.knownHosts(), more);
    }

    @Test
    void aBurstFromSeparateProcessesSpreadsEvenly() {
        List<String> ids = loadshare.burst(16, "run", "--detach", "--", "sleep", "60");
        Map<String, Integer> jobs = loadshare.jobsByHost();
        loadshare.kill(ids);

        assertThat(jobs).isEqualTo(Map.of("h1", 4, "h2", 4, "h3", 4, "h4", 4));
    }

    @Test
    void everyCommandLogsInUnderTheNameGivenByUser() {
        assertThat(loadshare.run("best", "--user", "u1").status()).isZero();
        assertThat(loadshare.run("run", "--user", "u1", "--", "id", "-un"))
                .isEqualTo(new Program.Result(0, "u1\n", ""));
        Program.Result detached =
                loadshare.run("run", "--user", "u1", "--detach", "--", "sh", "-c", "id -un; sleep 300");
        assertThat(detached.status()).as(detached.toString()).isZero();
        String id = detached.out().strip();

        assertThat(loadshare.run("jobs").out())
                .as("jobs of the configured login")
                .doesNotContain(id);
        assertThat(loadshare.run("jobs", "--user", "u1").out()).contains(id, " u1 ");
        Waiting.until(
                "the job has printed its login name",
                () -> loadshare.run("logs", "--user", "u1", id).out().equals("u1\n"));
        assertThat(loadshare.run("kill", "--grace", "1s", "--user", "u1", id).status())
                .isZero();
        assertThat(loadshare.run("jobs", "--user", "u1").out()).doesNotContain(id);
    }

    @Test
    void aLoginThatNoHostAcceptsIsRefusedByEveryCommandAndChangesNoReport() {
        String[][] commands = {
            {"best", "--user", "nobody-here"},
            {"run", "--user", "nobody-here", "--", "id", "-un"},
            {"run", "--user", "nobody-here", "--detach", "--", "id", "-un"},
            {"jobs", "--user", "nobody-here"},
            {"logs", "--user", "nobody-here", "some-job"},
            {"kill", "--user", "nobody-here", "some-job"}
        };
        for (String[] command : commands) {
            Program.Result result = loadshare.run(command);
            assertThat(result.status())
                    .as(String.join(" ", command) + ": " + result)
                    .isEqualTo(77);
            assertThat(result.out()).isEmpty();
        }
        assertThat(loadshare.run("load").out()).contains("4 hosts: 4 up");
    }

    private static String[] concat(String a, String b, String c, List<String> rest) {
        List<String> words = new ArrayList<>(List.of(a, b, c));
        words.addAll(rest);
        return words.toArray(String[]::new);
    }

    @Test
    void theLeastLoadedHostIsChosenAndTheTableShowsWhy() {
        List.of("h1", "h2", "h4").forEach(host -> cluster.burn(host, 1));
        try {
            assertThat(loadshare.run("best").out()).isEqualTo("h3\n");
            assertThat(loadshare.run("run", "hostname").out()).isEqualTo("h3\n");
            Program.Result table = loadshare.run("load");
            assertThat(table.out()).as(table.toString()).containsPattern("h1 +up +");
        } finally {
            List.of("h1", "h2", "h4").forEach(host -> cluster.burn(host, 0));
        }
    }

    @Test
    void bestOpensNoConnectionWhileReportsAreFresh() {
        assertThat(loadshare.run("scan").status()).isZero();
        List.of("h1", "h2", "h3", "h4").forEach(cluster::refuse);
        try {
            Program.Result best = loadshare.run("best");
            assertThat(best.status()).as(best.toString()).isZero();
            assertThat(best.out()).matches("h[1-4]\n");
        } finally {
            List.of("h1", "h2", "h3", "h4").forEach(cluster::accept);
        }
    }

    @Test
    void aHostThatDiesBetweenScanAndStartIsReplacedByTheNextBest() {
        loadshare.configure(configuration("h[1-2]", ""));
        loadshare.run("scan");
        cluster.refuse("h1");
        try {
            for (int i = 0; i < 3; i++) {
                Program.Result result = loadshare.run("run", "--", "hostname");
                assertThat(result.out()).as(result.toString()).isEqualTo("h2\n");
            }
        } finally {
            cluster.accept("h1");
        }
    }

    @Test
    void aHostThatGotBusySinceTheScanIsLeftForTheRunnerUp() throws Exception {
        loadshare.configure(configuration("h[1-2]", ""));
        try {
            cluster.burn("h2", 1);
            assertThat(loadshare.run("scan").status()).isZero();
            assertThat(loadshare.run("best").out()).isEqualTo("h1\n");
            cluster.burn("h1", 4);
            Waiting.until(
                    "the report is too old to say how h1 is now",
                    () -> loadshare.run("load").out().lines().anyMatch(line -> line.matches("h1 .* 1[1-9]s .*")));

            assertThat(loadshare.run("run", "hostname").out()).isEqualTo("h2\n");
        } finally {
            cluster.burn("h1", 0);
            cluster.burn("h2", 0);
        }
    }

    @Test
    void scanTellsBySingleLinesAndItsStatusWhoDidNotAnswer() {
        loadshare.configure(configuration("h[1-5]", ""));
        cluster.refuse("h5");
        try {
            Program.Result some = loadshare.run("scan");
            assertThat(some.status()).as(some.toString()).isEqualTo(1);
            assertThat(some.err().lines()).hasSize(1).first().asString().startsWith("loadshare: h5: ");

            assertThat(loadshare.run("scan").err()).contains("nothing to do", "--force");
            assertThat(loadshare.run("scan", "--force").status()).isEqualTo(1);
            assertThat(loadshare.run("load").out()).containsPattern("h5 +unreachable");
        } finally {
            cluster.accept("h5");
        }
    }

    @Test
    void ifNoHostAnswersScanAndRunSaySo() {
        loadshare.configure(configuration("h5", ""));
        cluster.refuse("h5");
        try {
            assertThat(loadshare.run("scan").status()).isEqualTo(69);
            Program.Result run = loadshare.run("run", "--no-wait", "--", "true");
            assertThat(run.status()).as(run.toString()).isEqualTo(69);
            assertThat(run.err()).contains("h5: unreachable since");
        } finally {
            cluster.accept("h5");
        }
    }

    @Test
    void aChangedHostKeyIsRefusedWithBothFingerprints() throws Exception {
        Path knownHosts = home.resolve("known_hosts");
        String foreign = Files.readString(cluster.knownHosts())
                .lines()
                .filter(line -> line.startsWith(cluster.address(2)) || line.contains(cluster.address(2) + " "))
                .findFirst()
                .orElseThrow();
        Files.writeString(knownHosts, cluster.address(1) + foreign.substring(foreign.indexOf(' ')) + "\n");
        loadshare.configure(
                """
                hosts: [ { name: h1 } ]
                ssh: { config: %s, knownHosts: %s }
                """
                        .formatted(sshConfigWithout("UserKnownHostsFile"), knownHosts));

        Program.Result result = loadshare.run("run", "--on", "h1", "--", "true");

        assertThat(result.status()).as(result.toString()).isEqualTo(77);
        assertThat(result.err()).contains("SHA256:", knownHosts.toString());
    }

    private Path sshConfigWithout(String directive) throws Exception {
        Path copy = home.resolve("ssh_config");
        Files.write(
                copy,
                Files.readAllLines(cluster.sshConfig()).stream()
                        .filter(line -> !line.contains(directive))
                        .toList());
        return copy;
    }

    @Test
    void aJobIsLostAfterItsHostWasRebooted() {
        loadshare.configure(configuration("h5", ""));
        String id = loadshare.run("run", "--detach", "--", "sleep", "600").out().strip();
        cluster.reboot("h5");

        Program.Result attached = loadshare.run("attach", id);

        assertThat(attached.status()).as(attached.toString()).isEqualTo(76);
        assertThat(attached.err()).contains("LOST", "rebooted", id);
        assertThat(loadshare.run("history").out()).contains(id, "LOST");
    }

    @Test
    void aLostConnectionIsNeverTakenForSuccess() throws Exception {
        loadshare.configure(configuration("h5", ""));
        Program.Running running = loadshare.start("run", "--", "sh", "-c", "touch /tmp/started; sleep 600");
        Waiting.until(
                "the job has started",
                () -> cluster.exec("h5", "test", "-e", "/tmp/started").status() == 0);

        cluster.reboot("h5");

        Program.Result result = running.await("");
        assertThat(result.status()).as(result.toString()).isEqualTo(76);
        assertThat(result.err()).contains("the connection to h5 is lost", "LOST (host rebooted)", "outcome is unknown");
    }

    @Test
    void aCommandOutlivesItsConnectionAndItsClientSaysSoOnce() throws Exception {
        loadshare.configure(configuration("h5", ""));
        Program.Running running = loadshare.start(
                "run", "--", "sh", "-c", "echo begun; touch /tmp/started5; read word; echo $word; exit 5");
        Waiting.until(
                "the job has started",
                () -> cluster.exec("h5", "test", "-e", "/tmp/started5").status() == 0);

        cluster.exec(
                "h5", "sh", "-c", "for p in $(pgrep -x sshd); do [ $(cat /run/sshd.pid) = $p ] || kill -9 $p; done");

        Program.Result result = running.await("input\n");
        assertThat(result.status()).as(result.toString()).isEqualTo(5);
        assertThat(result.out()).isEqualTo("begun\ninput\n");
        assertThat(result.err().lines()).hasSize(2);
        assertThat(result.err())
                .startsWith("loadshare: the connection to h5 is lost: ")
                .contains("loadshare: reconnected to h5 after ");
    }

    @Test
    void followersOfADetachedJobOutliveTheirConnectionsAndSaySoOnce() throws Exception {
        loadshare.configure(configuration("h5", ""));
        String id = loadshare
                .run(
                        "run",
                        "--detach",
                        "--",
                        "sh",
                        "-c",
                        "echo one; until [ -e /tmp/go6 ]; do sleep 1; done; echo two; exit 6")
                .out()
                .strip();
        Program.Running attached = loadshare.start("attach", id);
        Program.Running logged = loadshare.start("logs", "-f", id);
        Program.Running killed = loadshare.start("logs", "-f", id);
        for (Program.Running follower : List.of(attached, logged, killed)) {
            Waiting.until("a follower prints", () -> follower.printed().equals("one\n"));
        }
        killed.process().destroyForcibly();
        cluster.refuse("h5");
        cluster.exec("h5", "sh", "-c", "kill -9 $(pgrep -x sshd)");
        for (Program.Running follower : List.of(attached, logged)) {
            Waiting.until(
                    "a follower reports the loss", () -> follower.complained().contains("is lost"));
        }
        cluster.accept("h5");
        cluster.exec("h5", "touch", "/tmp/go6");

        for (Program.Running follower : List.of(attached, logged)) {
            Program.Result result = follower.await("");
            assertThat(result.status()).as(result.toString()).isEqualTo(follower == attached ? 6 : 0);
            assertThat(result.out()).isEqualTo("one\ntwo\n");
            assertThat(result.err().lines()).as(result.err()).hasSize(2);
            assertThat(result.err()).contains("the connection to h5 is lost: ", "reconnected to h5 after ");
        }
    }

    @Test
    void aCommandWhoseOutputNobodyReadsAnyMoreEndsQuietlyWith141() {
        loadshare.configure(configuration("h5", ""));
        Program.Result result = loadshare
                .through("sh", "-c", "{ \"$@\"; echo $? >&2; } | head -1", "sh")
                .run("run", "--", "yes");
        assertThat(result).isEqualTo(new Program.Result(0, "y\n", "141\n"));
    }

    @Test
    void aCommandWithoutInputLeavesTheInputToOthers() {
        loadshare.configure(configuration("h5", ""));
        String loop = "while read line; do \"$@\"; echo $line; done";
        assertThat(loadshare
                        .through("sh", "-c", loop, "sh")
                        .runWithInput("1\n2\n", "run", "-n", "--", "cat")
                        .out())
                .isEqualTo("1\n2\n");
        Program through = new Program(home).through("sh", "-c", loop, "sh");
        assertThat(through.startAs("sciclust", "cat").await("1\n2\n").out()).isEqualTo("1\n2\n");
    }

    @Test
    void controlCEndsTheRemoteProcessGroup() throws Exception {
        loadshare.configure(configuration("h5", ""));
        Program.Running running = loadshare.start("run", "--", "sh", "-c", "sleep 7531 & touch /tmp/started2; wait");
        Waiting.until(
                "the job has started",
                () -> cluster.exec("h5", "test", "-e", "/tmp/started2").status() == 0);

        running.signal("TERM");
        running.await("");

        assertThat(cluster.exec("h5", "pgrep", "-f", "sleep 7531").stdout()).isEmpty();
    }

    @Test
    void aClientThatIsStoppedAtTheTerminalKeepsItsJob() throws Exception {
        loadshare.configure(configuration("h5", ""));
        Program.Running running =
                loadshare.start("run", "--", "sh", "-c", "touch /tmp/started3; sleep 5; touch /tmp/ended3; echo alive");
        Waiting.until(
                "the job has started",
                () -> cluster.exec("h5", "test", "-e", "/tmp/started3").status() == 0);

        stop(running);
        Waiting.until("the client stands still", () -> stateOf(running.process().pid()) == 'T');
        Waiting.until(
                "the job has ended while the client stands still",
                () -> cluster.exec("h5", "test", "-e", "/tmp/ended3").status() == 0);
        assertThat(stateOf(running.process().pid())).isEqualTo('T');
        running.signal("CONT");

        assertThat(running.await("")).isEqualTo(new Program.Result(0, "alive\n", ""));
    }

    /** As Ctrl-Z does, once the client minds it. */
    private static void stop(Program.Running client) throws Exception {
        Path status = Path.of("/proc/" + client.process().pid() + "/status");
        Waiting.until("the client catches SIGTSTP", () -> Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigCgt:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1L << 19) != 0));
        client.signal("TSTP");
    }

    /** The state letter of a process, as /proc has it: T is stopped. */
    private static char stateOf(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }
}
