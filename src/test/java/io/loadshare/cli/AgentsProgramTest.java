package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents put on real hosts behind real sshd, where there is no systemd. */
@Tag("ssh")
class AgentsProgramTest {

    private static final String PLACE = "/var/lib/loadshare-agent";

    private static Cluster cluster;

    @TempDir
    private static Path tree;

    private static Path installed;

    @TempDir
    private Path home;

    private Program loadshare;

    @BeforeAll
    static void startCluster() throws IOException {
        cluster = Cluster.start(2, "--cut", "--users", "1");
        installed = InstalledProgram.in(tree);
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void setUp() {
        endJobs("h1");
        endJobs("h2");
        loadshare = new Program(home).installed(installed);
        configure("agent: { clients: [198.18.0.0/15] }");
    }

    private void configure(String agent) {
        loadshare.configure(
                """
                hosts:
                  - { name: h1, address: %s }
                  - { name: h2, address: %s }
                ssh: { config: %s, knownHosts: %s, identity: %s }
                %s
                """
                        .formatted(
                                cluster.address(1),
                                cluster.address(2),
                                cluster.sshConfig(),
                                cluster.knownHosts(),
                                cluster.identity(),
                                agent));
    }

    private Program.Result succeed(String... words) {
        Program.Result result = loadshare.run(words);
        assertThat(result.status()).as(result.toString()).isZero();
        return result;
    }

    private String get(int host, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + cluster.address(host) + ":9414" + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void agentsAreAddedUsedUpgradedAndRemoved() throws Exception {
        Program.Result added = succeed("agents", "add", "h[1-2]", "--into", PLACE);
        assertThat(added.err())
                .contains("h1: started without systemd: start it again after a reboot, by the same command\n")
                .contains("h2: started")
                .doesNotContain("from here");
        assertThat(succeed("agents", "check").out())
                .containsPattern("h1 +development .* ok\n.*h2 +development .* ok\n");

        succeed("scan");
        assertThat(succeed("run", "--", "hostname").out()).isIn("h1\n", "h2\n");
        assertThat(get(1, "/metrics") + get(2, "/metrics"))
                .contains("loadshare_agent_queries_started_total 1\n")
                .contains("loadshare_agent_queries_retreated_total 1\n");

        cluster.ssh("h1", "setsid sh -c 'sleep 600; exit' loadshare-job j1 2 </dev/null >/dev/null 2>&1 &");
        Waiting.until("the agent sees the job", () -> get(1, "/v1/load").contains("job=j1\t2\t"));
        String before = cluster.exec("h1", "cat", PLACE + "/pid").stdout();
        succeed("agents", "add", "h1", "--into", PLACE);
        assertThat(cluster.exec("h1", "cat", PLACE + "/pid").stdout()).isNotEqualTo(before);
        Waiting.until("the new agent sees the job", () -> get(1, "/v1/load").contains("job=j1\t2\t"));
        assertThat(cluster.exec("h1", "ls", PLACE + "/releases").stdout().lines())
                .hasSize(1);

        assertThat(succeed("agents", "remove", "h[1-2]", "--into", PLACE).err())
                .contains("h1: removed\n")
                .contains("h2: removed\n");
        assertThat(cluster.exec("h1", "ls", "-d", PLACE).status()).isNotZero();
        assertThat(cluster.exec("h1", "pgrep", "-x", "loadshare-agent").stdout())
                .isEmpty();
        Program.Result gone = loadshare.run("agents", "check");
        assertThat(gone.status()).isEqualTo(69);
        assertThat(gone.out()).contains("no agent listens on h1");
        assertThat(succeed("run", "--", "hostname").out()).isIn("h1\n", "h2\n");
        assertThat(succeed("agents", "remove", "h1", "--into", PLACE).err()).contains("h1: there was none\n");
    }

    @Test
    void neitherUpgradeNorDeathOfAnAgentLosesAJob() throws Exception {
        succeed("agents", "add", "h1", "--into", PLACE);
        try {
            succeed("scan");
            String id = succeed("run", "--on", "h1", "--detach", "--", "sleep", "600")
                    .out()
                    .strip();
            String job = "job=" + id + "\t1\t";
            Waiting.until("the agent to see the job", () -> get(1, "/v1/load").contains(job));

            succeed("agents", "add", "h1", "--into", PLACE);
            Waiting.until("the agent to see the job", () -> get(1, "/v1/load").contains(job));

            cluster.exec("h1", "sh", "-c", "kill -9 $(cat " + PLACE + "/pid) && rm " + PLACE + "/state/agent.h1");
            succeed("agents", "add", "h1", "--into", PLACE);
            Waiting.until("the agent that knows nothing finds the job", () -> get(1, "/v1/load")
                    .contains(job));

            succeed("kill", id);
            Waiting.until("the agent to see the end", () -> !get(1, "/v1/load").contains(job));
            assertThat(get(1, "/metrics")).contains("loadshare_jobs_completed_total 1\n");
        } finally {
            succeed("agents", "remove", "h1", "--into", PLACE);
        }
    }

    @Test
    void detailsAreToldAsOftenAsTheyAreAskedFor() {
        succeed("agents", "add", "--into", PLACE);
        try {
            succeed("scan");
            assertThat(succeed("run", "--", "true").err()).isEmpty();
            assertThat(succeed("run", "-d", "--", "true").err())
                    .matches("loadshare: job \\S+ goes to h[12] \\(score [0-9.]+\\)\n");
            assertThat(succeed("run", "-d", "-d", "--", "true").err())
                    .contains("HOST", "external", "chosen: ")
                    .doesNotContain("agents were asked");
            assertThat(succeed("run", "-ddd", "--", "true").err())
                    .contains("loadshare: 2 of 2 agents were queried; 2 answered within ")
                    .containsPattern("loadshare: the agent of h[12] recorded job ")
                    .contains("chosen: ")
                    .containsPattern("loadshare: job \\S+ started within ");
        } finally {
            succeed("agents", "remove", "--into", PLACE);
        }
    }

    /** Without agents each of them would send all jobs to h2, on which there would be twice as many as on h1. */
    @Test
    void twoWhoShareNothingDoNotHerdOnAHost(@TempDir Path otherHome) throws Exception {
        succeed("agents", "add", "--into", PLACE);
        cluster.ssh("h1", "setsid sh -c 'sleep 600; exit' loadshare-job big 8 </dev/null >/dev/null 2>&1 &");
        try {
            Waiting.until("the agent sees the job", () -> get(1, "/v1/load").contains("job=big\t8\t"));
            Program other = new Program(otherHome).installed(installed);
            other.configure(Files.readString(home.resolve(".config/loadshare/config.yaml")));
            succeed("scan", "--force");
            assertThat(other.run("scan").status()).isZero();

            for (int wave = 1; wave <= 2; wave++) {
                List<Program.Running> running = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    running.add(loadshare.start("run", "--detach", "--", "sleep", "600"));
                    running.add(other.start("run", "--detach", "--", "sleep", "600"));
                }
                for (Program.Running one : running) {
                    Program.Result result = one.await("");
                    assertThat(result.status()).as(result.toString()).isZero();
                }
                int all = 8 + 8 * wave;
                Waiting.until("the agents see " + all + " slots taken", () -> slots(1) + slots(2) == all);
            }
            assertThat(slots(2)).as("of 24 slots, on one of two hosts").isBetween(10, 14);
        } finally {
            succeed("agents", "remove", "--into", PLACE);
        }
    }

    private int slots(int host) throws IOException, InterruptedException {
        return get(host, "/v1/load")
                .lines()
                .filter(line -> line.startsWith("job="))
                .mapToInt(line -> Integer.parseInt(line.split("\t")[1]))
                .sum();
    }

    /** Those that an earlier test has left. */
    private static void endJobs(String host) {
        cluster.exec(host, "pkill", "-x", "sleep");
    }

    @Test
    void tokenAndConfigurationAreTheirOwnersAlone() throws Exception {
        Path token = Files.writeString(home.resolve("token"), "s3cret\n");
        Files.setPosixFilePermissions(token, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        configure("agent: { clients: [198.18.0.0/15], tokenFile: " + token + " }");

        Program.Result added = succeed("agents", "add", "h2", "--into", PLACE);
        try {
            assertThat(added.toString()).doesNotContain("s3cret");
            assertThat(cluster.exec("h2", "stat", "-c", "%a", PLACE + "/token", PLACE + "/config.yaml")
                            .stdout())
                    .isEqualTo("600\n600\n");
            assertThat(cluster.exec("h2", "grep", "-r", "s3cret", PLACE + "/config.yaml", PLACE + "/log")
                            .stdout())
                    .isEmpty();
            assertThat(get(2, "/v1/load")).contains("missing or invalid bearer token");
            succeed("scan");
            Program.Result best = succeed("best", "--hosts", "h2");
            assertThat(best.out()).isEqualTo("h2\n");
            assertThat(best.err()).isEmpty();
            assertThat(succeed("agents", "check", "h2").out()).contains(" ok\n");

            configure("agent: { clients: [198.18.0.0/15] }");
            Program.Result withoutToken = loadshare.run("agents", "check", "h2");
            assertThat(withoutToken.status()).isEqualTo(69);
            assertThat(withoutToken.out()).contains("it refuses our token, or that we have none (agent.tokenFile)");
        } finally {
            succeed("agents", "remove", "h2", "--into", PLACE);
        }
    }

    @Test
    void hostThatCannotTakeAnAgentIsToldAndTheOthersGetTheirs() {
        cluster.exec("h1", "sh", "-c", "mkdir -p /var/full && mount -t tmpfs -o size=64k tmpfs /var/full");
        try {
            Program.Result result = loadshare.run("agents", "add", "h1", "h2", "--into", "/var/full/agent");
            assertThat(result.status()).as(result.toString()).isEqualTo(1);
            assertThat(result.err())
                    .contains("h1: the program could not be unpacked in /var/full/agent/releases/")
                    .contains("No space left on device")
                    .contains("h2: started");
        } finally {
            cluster.exec("h1", "umount", "/var/full");
            succeed("agents", "remove", "h2", "--into", "/var/full/agent");
        }
    }

    /** Within the patience of {@link Program}, which is shorter than the time that an installation may take. */
    @Test
    void deadHostHoldsUpNobody() {
        cluster.cut("h1");
        try {
            Program.Result added = loadshare.run("agents", "add", "--into", PLACE);
            assertThat(added.status()).as(added.toString()).isEqualTo(1);
            assertThat(added.err()).contains("h1 (" + cluster.address(1) + " port 22)", "h2: started");
            assertThat(loadshare.run("agents", "check").out())
                    .containsPattern("h1 .* it did not answer in time\n.* ok\n");
            Program.Result removed = loadshare.run("agents", "remove", "--into", PLACE);
            assertThat(removed.status()).as(removed.toString()).isEqualTo(1);
            assertThat(removed.err()).contains("h1 (" + cluster.address(1) + " port 22)", "h2: removed");
        } finally {
            cluster.mend("h1");
        }
    }

    @Test
    void agentThatDoesNotStartSaysWhy() {
        configure("agent: { clients: [198.18.0.0/99] }");

        Program.Result result = loadshare.run("agents", "add", "h1", "--into", PLACE);

        assertThat(result.status()).as(result.toString()).isEqualTo(69);
        assertThat(result.err())
                .contains("h1: the agent does not start: loadshare: agent.clients: '198.18.0.0/99' must be an address");
        succeed("agents", "remove", "h1", "--into", PLACE);
    }

    @Test
    void wrongPlacesAndHostsAreRefused() {
        Program.Result place = loadshare.run("agents", "add", "h1", "--into", "some where");
        assertThat(place.err()).contains("the directory some where is not absolute");
        assertThat(place.status()).isEqualTo(69);
        assertThat(loadshare.run("agents", "add", "h9").status()).isEqualTo(64);
        assertThat(loadshare.run("agents").status()).isEqualTo(64);
    }
}
