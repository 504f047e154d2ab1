package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program with a pool that a real Slurm serves, beside a host of its own. */
@Tag("ssh")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SlurmPoolTest {

    private static Cluster cluster;

    @TempDir
    private Path home;

    private Program loadshare;

    @BeforeAll
    static void startSlurm() {
        cluster = Cluster.start(2, "--users", "1");
        cluster.startSlurm(2);
        cluster.cores(cluster.host(2), 2);
    }

    @AfterAll
    static void endSlurm() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void configure() {
        loadshare = new Program(home)
                .configure(
                        """
                        hosts: [ { name: "h[1-2]", user: u1 } ]
                        pools:
                          - { name: own, hosts: h2 }
                          - { name: hpc, slurm: { login: h1, partition: main }, overflow: 1h }
                        software: [ { name: spm, pool: hpc, command: [xterm, -e, "{eval}"] } ]
                        licenses:
                          - { name: scan, perUser: 2, slurm: scanner }
                          - { name: matlab, process: MATLAB, perUser: 2 }
                        ssh: { config: %s, knownHosts: %s }
                        placement: { slotsPerCore: 1.0 }
                        scan: { timeout: 20s, connectTimeout: 10s }
                        """
                                .formatted(cluster.sshConfig(), cluster.knownHosts()));
    }

    @Test
    void aJobRunsOnANodeWithItsOwnOutputAndStatus() {
        Program.Result result = loadshare.run(
                "run",
                "--no-input",
                "--pool",
                "hpc",
                "--on",
                "n2",
                "--slots",
                "2",
                "--",
                "sh",
                "-c",
                "echo $SLURMD_NODENAME $SLURM_CPUS_PER_TASK $LOADSHARE_HOST; echo error >&2; exit 3");

        assertThat(result.status()).as(result.toString()).isEqualTo(3);
        assertThat(result.out()).isEqualTo("n2 2 hpc\n");
        assertThat(result.err()).isEqualTo("error\n");
        assertThat(loadshare.run("history").out()).contains("EXITED 3");
    }

    @Test
    void aJobWhoseInputIsLostIsReported() {
        Program.Result result = loadshare.runWithInput("data\n", "run", "--pool", "hpc", "--", "cat");

        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("gets no input: jobs in Slurm pool hpc cannot read ours");
    }

    @Test
    void requirementsReachSlurm() {
        Program.Result result = loadshare.run(
                "run",
                "--pool",
                "hpc",
                "--tag",
                "highmemory",
                "--license",
                "scan",
                "--time-limit",
                "90s",
                "--memory-limit",
                "200M",
                "--",
                "sh",
                "-c",
                "scontrol show job $SLURM_JOB_ID");

        assertThat(result.out())
                .as(result.toString())
                .contains("Features=highmemory", "Licenses=scanner", "TimeLimit=00:02:00", "MinMemoryNode=200M");
    }

    @Test
    void aLicenseThatSlurmDoesNotCountIsRefused() {
        Program.Result result = loadshare.run("run", "--pool", "hpc", "--license", "matlab", "--", "true");

        assertThat(result.status()).isEqualTo(69);
        assertThat(result.err()).contains("rule 'spread' of license matlab counts hosts");
    }

    @Test
    void aRequestThatSlurmRejectsEndsAtOnceAlthoughItMayWait() {
        Program.Result result = loadshare.run("run", "--pool", "hpc", "--tag", "unheard-of", "--", "true");

        assertThat(result.status()).isEqualTo(77);
        assertThat(result.err()).contains("no place for pool hpc", "sbatch failed", "Invalid feature specification");
        assertThat(loadshare.run("queue", "--json").out().strip()).isEqualTo("[ ]");
    }

    @Test
    void aNodeIsFoundAmongSeveralPools() {
        assertThat(loadshare
                        .run("run", "-n", "--pool", "own,hpc", "--on", "n2", "--", "printenv", "SLURMD_NODENAME")
                        .out())
                .isEqualTo("n2\n");
        assertThat(loadshare
                        .run("run", "-n", "--pool", "own,hpc", "--on", "h2", "--", "printenv", "LOADSHARE_HOST")
                        .out())
                .isEqualTo("h2\n");
        assertThat(loadshare
                        .run("run", "-n", "--pool", "own", "--on", "n2", "--", "true")
                        .err())
                .contains("no host 'n2' in the configuration");
    }

    @Test
    void theLoadOfThePoolAndItsNodesIsShown() {
        onLogin("scontrol update nodename=n2 state=drain reason='disk full'");
        try {
            String load = loadshare.run("load").out();
            assertThat(load).containsPattern("h2 +up ");
            assertThat(load).containsPattern("POOL .*\nhpc +up +1 +0 +1 +2 +0 +0 ");
            assertThat(loadshare.run("load", "hpc").out())
                    .contains("hpc ")
                    .doesNotContain("h2 ")
                    .containsPattern("n1 +1 +idle +2 +0")
                    .containsPattern("n2 +1 +drained +0 +0 +disk full");
            assertThat(loadshare.run("load", "hpc", "--json").out())
                    .contains("\"pendingJobs\" : 0", "\"state\" : \"drained\"", "\"reason\" : \"disk full\"");
        } finally {
            onLogin("scontrol update nodename=n2 state=resume");
        }
    }

    @Test
    void aJobThatWaitsInSlurmIsShownWithSlurmsReason() {
        List<String> ids = List.of(detached(), detached(), detached());
        try {
            String last = ids.get(2);
            Waiting.until("its expected start", Duration.ofSeconds(30), () -> loadshare
                    .run("queue")
                    .out()
                    .matches("(?s).*" + last + " .*PENDING \\(Slurm: Resources, expected start 20.*"));
            assertThat(loadshare.run("jobs").out()).containsPattern(last + " .*PENDING \\(Slurm: Resources");
            assertThat(loadshare.run("queue", "--json").out()).contains("\"state\" : \"PENDING\"");
        } finally {
            loadshare.kill(ids);
        }
    }

    private String detached() {
        return loadshare
                .run("run", "--pool", "hpc", "--slots", "2", "--time-limit", "1h", "--detach", "--", "sleep", "300")
                .out()
                .strip();
    }

    @Test
    void aWindowIsNotOpenedInACluster() {
        Program.Result result = loadshare.with("DISPLAY", ":77").run("spm", "--wait-end", "x");

        assertThat(result.status()).isEqualTo(64);
        assertThat(result.err()).contains("opens a window, and jobs in a Slurm pool cannot show one");
    }

    /** Neither a job that is held nor one of another partition waits for the cores of this pool. */
    @Test
    void onlyJobsThatWaitForResourcesKeepOthersFromIdleCores() {
        String jobs = onLogin("sbatch --parsable -p main --hold --wrap true;"
                + " sbatch --parsable -p main --begin=now+1hour --wrap true;"
                + " sbatch --parsable -p low --hold --wrap true");
        try {
            loadshare.run("drain", "h2");
            Program.Result result =
                    loadshare.run("run", "-n", "--pool", "own,hpc", "--no-wait", "--", "printenv", "LOADSHARE_HOST");
            assertThat(result.out()).as(result.toString()).isEqualTo("hpc\n");
        } finally {
            onLogin("scancel " + jobs.replace('\n', ' '));
        }
    }

    @Test
    void aReportWithoutTheJobsOfOthersIsNotComplete() {
        onLogin("echo PrivateData=jobs >>/etc/slurm/slurm.conf; scontrol reconfigure");
        try {
            Waiting.until("the setting", Duration.ofSeconds(20), () -> onLogin("scontrol show config")
                    .contains("PrivateData             = jobs"));
            assertThat(loadshare.run("best", "--pool", "hpc", "--explain").err())
                    .contains("approximate, since jobs of other users are hidden");
        } finally {
            onLogin("sed -i /PrivateData/d /etc/slurm/slurm.conf; scontrol reconfigure");
        }
    }

    private static String onLogin(String line) {
        Cluster.Output output = cluster.exec(cluster.host(1), "sh", "-c", line);
        assertThat(output.status()).as(output.stderr()).isZero();
        return output.stdout().strip();
    }

    @Test
    void aDetachedJobIsListedReadAndEnded() {
        String id = loadshare
                .run("run", "--pool", "hpc", "--detach", "--", "sh", "-c", "echo up; exec sleep 300")
                .out()
                .strip();
        Waiting.until(
                "its output",
                Duration.ofSeconds(30),
                () -> loadshare.run("logs", id).out().equals("up\n"));
        assertThat(loadshare.run("jobs").out()).contains(id, "hpc", "RUNNING");
        assertThat(loadshare.run("kill", "--grace", "10s", id).status()).isZero();
        assertThat(loadshare.run("status", id).out()).contains("KILLED 15");
    }

    /** Two slots of its own and four cores of the cluster, for ten jobs. */
    @Test
    void jobsGoToOwnHostsFirstAndOverflowIntoTheCluster() {
        List<String> ids =
                loadshare.burst(10, "run", "--pool", "own,hpc", "--overflow", "5s", "--detach", "--", "sleep", "300");
        Map<String, Integer> jobs = loadshare.jobsByHost();
        loadshare.kill(ids);

        assertThat(ids).doesNotHaveDuplicates();
        assertThat(jobs).isEqualTo(Map.of("h2", 2, "hpc", 8));
    }

    @Test
    void aRequestTooLargeForTheOwnHostsGoesToTheClusterAtOnce() {
        Program.Result result =
                loadshare.run("run", "--pool", "own,hpc", "--min-memory", "3000G", "--no-wait", "--", "true");
        assertThat(result.err()).as("Slurm has no such node either").contains("sbatch failed");

        String blocker = loadshare
                .run("run", "--pool", "hpc", "--detach", "--slots", "2", "--", "sleep", "300")
                .out()
                .strip();
        result = loadshare.run("run", "--pool", "own,hpc", "--slots", "3", "-d", "--no-wait", "--", "true");
        loadshare.run("kill", "--grace", "1s", blocker);
        assertThat(result.err())
                .as("three slots fit neither, but Slurm decides")
                .contains("sbatch failed");
    }
}
