package io.jenkins.plugins.loadshare.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.steps.Hosts;
import io.jenkins.plugins.loadshare.steps.NamedBuilds;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Builds on agents in a real Slurm cluster. */
@WithJenkins
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SlurmAgentTest {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final String POOL = "pools: [ { name: hpc, slurm: { login: h1, partition: main } } ]\n";

    /** This Java runs in jobs of Slurm only, so it is not found on the login host. */
    private static final String JAVA_OF_NODES = "[ -n \"$SLURM_JOB_ID\" ] || exit 1; exec java \"$@\"";

    private static final String LASTING =
            "sh 'set +x; echo began in $SLURM_JOB_ID; until [ -e ~/go ]; do sleep 0.2; done;"
                    + " echo ended in $SLURM_JOB_ID'; sh 'set +x; echo then in $SLURM_JOB_ID'";

    private static Cluster cluster;
    private static JenkinsRule j;

    @BeforeAll
    static void startSlurm(JenkinsRule rule) {
        j = rule;
        cluster = Cluster.start(1);
        cluster.startSlurm(2);
    }

    @AfterAll
    static void endSlurm() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void configure() throws Exception {
        SharedJenkins.empty(j);
        onLogin("rm -f ~u1/go");
        java(JAVA_OF_NODES);
        Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + POOL + "agents: { java: /tmp/java }\n");
        Yaml.loadWhole("jenkins: { clouds: [ loadshare: { name: slurm, templates:"
                + " [ { label: big, request: { pool: hpc, slots: 2 } } ] } ] }");
    }

    private static void java(String script) {
        cluster.exec(
                cluster.host(1),
                "sh",
                "-c",
                "printf '#!/bin/sh\\n%s\\n' \"$1\" >/tmp/java; chmod 755 /tmp/java",
                "sh",
                script);
    }

    private static String onLogin(String line) {
        Cluster.Output output = cluster.exec(cluster.host(1), "sh", "-c", line);
        assertThat(output.status()).as(line + ": " + output.stderr()).isZero();
        return output.stdout().strip();
    }

    private static String finish(String name, Result expected) throws Exception {
        return JenkinsRule.getLog(j.assertBuildStatus(expected, j.waitForCompletion(NamedBuilds.run(name))));
    }

    private static void awaitNothing() {
        Leftovers.awaitNoneInJenkins();
        Waiting.until(LIMIT, () -> onLogin("squeue -h").isEmpty(), () -> "left in Slurm: " + onLogin("squeue -h"));
        Leftovers.awaitNoneOn(cluster);
    }

    @Test
    void stepsOfOtherPluginsRunOnANodeOfTheCluster() throws Exception {
        NamedBuilds.begin(j, "declarative", """
            pipeline {
                agent { loadshare { pool 'hpc'; slots 2; workspace 'clean' } }
                stages {
                    stage('Analyse') {
                        steps {
                            sh 'set +x; echo "job $SLURM_JOB_ID on $SLURMD_NODENAME of $SLURM_CPUS_PER_TASK cores"'
                            sh 'hostname >result.txt; squeue -h -o "%A %j"; srun --overlap echo a step of the job'
                            archiveArtifacts 'result.txt'
                            stash 'it'
                            dir('other') {
                                unstash 'it'
                                sh 'cat result.txt'
                            }
                        }
                    }
                }
            }
            """);
        String log = finish("declarative", Result.SUCCESS);
        assertThat(log)
                .containsPattern("\njob (\\d+) on n\\d of 2 cores\n[^$]*\n\\1 loadshare-")
                .contains("\na step of the job\n")
                .contains("\nh1\n");
        assertThat(NamedBuilds.run("declarative").getArtifacts()).hasSize(1);
        awaitNothing();
    }

    @Test
    void aNodeOfATemplateWaitsInSlurmAndStartsWhenTheJobRuns() throws Exception {
        String full = onLogin("sbatch --parsable --nodes=2 --exclusive --output=/dev/null --wrap 'sleep 300'");
        NamedBuilds.begin(j, "waits", "node('big') { " + LASTING + " }");
        NamedBuilds.begin(j, "withdrawn", "loadshareNode(pool: 'hpc') { echo 'never' }");
        awaitReason("hpc: PENDING (Slurm: ", 2);
        assertThat(j.jenkins.getNodes()).isEmpty();
        NamedBuilds.run("withdrawn").doStop();
        assertThat(finish("withdrawn", Result.ABORTED)).doesNotContain("Running on");
        Waiting.until(LIMIT, () -> onLogin("squeue -h").lines().count() == 2, () -> onLogin("squeue -h"));

        onLogin("scancel " + full);
        NamedBuilds.await(j, "waits", "\nbegan in ");
        onLogin("touch ~u1/go");
        assertThat(finish("waits", Result.SUCCESS))
                .containsPattern("\nthen in \\d+\n")
                .doesNotContain("did not come online");
        awaitNothing();
    }

    private static void awaitReason(String text, int count) {
        Waiting.until(
                LIMIT,
                () -> Stream.of(j.jenkins.getQueue().getItems())
                                .filter(item -> item.getWhy().contains(text))
                                .count()
                        == count,
                () -> "not " + count + " with '" + text + "' in "
                        + Stream.of(j.jenkins.getQueue().getItems())
                                .map(Queue.Item::getWhy)
                                .toList());
    }

    @Test
    void abortsEndTheJobAndItsProcesses() throws Exception {
        NamedBuilds.begin(j, "aborted-block", "loadshareNode(pool: 'hpc') { sh 'set +x; echo began; sleep 1000' }");
        NamedBuilds.begin(j, "aborted-node", "node('big') { sh 'set +x; echo began; sleep 1000' }");
        NamedBuilds.await(j, "aborted-block", "\nbegan");
        NamedBuilds.await(j, "aborted-node", "\nbegan");
        NamedBuilds.run("aborted-block").doStop();
        NamedBuilds.run("aborted-node").doStop();
        finish("aborted-block", Result.ABORTED);
        finish("aborted-node", Result.ABORTED);
        awaitNothing();
    }

    @Test
    void buildsOutliveLostConnections() throws Exception {
        NamedBuilds.begin(j, "block", "loadshareNode(pool: 'hpc') { " + LASTING + " }");
        NamedBuilds.begin(j, "cloud", "node('big') { " + LASTING + " }");
        NamedBuilds.await(j, "block", "\nbegan in ");
        NamedBuilds.await(j, "cloud", "\nbegan in ");
        List<VirtualChannel> lost = channels();
        onLogin("pkill -KILL -x srun");
        Waiting.until(
                LIMIT,
                () -> channels().stream().noneMatch(channel -> channel == null || lost.contains(channel)),
                () -> "the agents are not connected again: " + onLogin("ps -ef"));

        onLogin("touch ~u1/go");
        for (String name : new String[] {"block", "cloud"}) {
            assertThat(finish(name, Result.SUCCESS))
                    .containsPattern("(?s)\nbegan in (\\d+)\n.*ended in \\1\n.*then in \\1\n");
        }
        awaitNothing();
    }

    private static List<VirtualChannel> channels() {
        return j.jenkins.getNodes().stream().map(Node::getChannel).toList();
    }

    @Test
    void aNodeWithoutJavaOrWithAFailingOneEndsTheBuildWithTheReason() throws Exception {
        java("echo 'openjdk version \"11.0.1\"' >&2");
        NamedBuilds.begin(j, "old", "loadshareNode(pool: 'hpc') { echo 'never' }");
        assertThat(finish("old", Result.FAILURE))
                .containsPattern(
                        "Node n\\d has no Java 17 or newer for a Jenkins agent \\(found: /tmp/java \\(11\\)\\)")
                .contains("The agent on hpc did not come online: its job ended (EXITED 69)")
                .doesNotContain("\tat ");
        java(
                "case $1 in -version) echo 'openjdk version \"17.0.1\"' >&2 ;; *) echo no memory left >&2; exit 1 ;; esac");
        NamedBuilds.begin(j, "failing", "loadshareNode(pool: 'hpc') { echo 'never' }");
        assertThat(finish("failing", Result.FAILURE)).contains("did not come online", "no memory left");
        awaitNothing();
    }
}
