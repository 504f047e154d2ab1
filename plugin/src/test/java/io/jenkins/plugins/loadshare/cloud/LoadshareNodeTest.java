package io.jenkins.plugins.loadshare.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.seats.LicenseProperty;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.steps.Hosts;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Size;
import io.loadshare.testing.Waiting;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Builds on agents on real sshd hosts. */
@WithJenkins
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LoadshareNodeTest {

    private static Cluster cluster;
    private static JenkinsRule j;
    private static int jobs;

    private static final int AT_ONCE = 3;
    private static final int LONGEST_PAUSE = 4000;

    @BeforeAll
    static void startHosts(JenkinsRule rule) {
        j = rule;
        cluster = Cluster.start(3, "--cut");
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void configure() throws Exception {
        SharedJenkins.empty(j);
        for (int i = 1; i <= cluster.size(); i++) {
            cluster.exec(cluster.host(i), "rm", "-f", "/tmp/java", "/tmp/go");
        }
        Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key"));
    }

    private static WorkflowJob job(String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, "job" + ++jobs);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private static String run(Result expected, String script) throws Exception {
        return JenkinsRule.getLog(j.assertBuildStatus(expected, job(script).scheduleBuild2(0)));
    }

    private static void awaitNothing() {
        Leftovers.awaitNoneInJenkins();
        Leftovers.awaitNoneOn(cluster);
    }

    @Test
    void stepsOfOtherPluginsRunOnTheChosenHost() throws Exception {
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key")
                + "licenses: [ { name: lic, process: no-such-process, perUser: 1, rule: save } ]\n");
        String log = run(Result.SUCCESS, """
            properties([needsLicense('lic')]) // the node holds the seat, so its block does not wait for another one
            loadshareNode(hosts: '%s', license: 'lic') {
                sh 'set +x; echo "on $LOADSHARE_HOST as $(id -un) in $PWD"; echo made > result.txt'
                archiveArtifacts 'result.txt'
                stash 'it'
                dir('other') { unstash 'it'; sh 'cat result.txt' }
                loadshare hosts: '%s', script: 'echo inner-$LOADSHARE_HOST'
            }
            """.formatted(cluster.host(2), cluster.host(3)));
        assertThat(log).contains("on " + cluster.host(2) + " as " + cluster.user(1) + " in ");
        assertThat(log).contains("inner-" + cluster.host(3));
        awaitNothing();
    }

    /** The first host has no Java, the second one a Java that fails. */
    @Test
    void movesOnIfTheAgentDoesNotStartAndFailsIfNoHostIsLeft() throws Exception {
        put(
                2,
                "case $1 in -version) echo 'openjdk version \"17.0.1\"' >&2 ;; *) echo no memory left >&2; exit 1 ;; esac");
        put(3, "exec java \"$@\"");
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + "agents: { java: /tmp/java }\n");

        String failed = run(Result.FAILURE, "loadshareNode(hosts: 'h[1-2]') { sh 'echo never' }");
        assertThat(failed)
                .contains("h1 has no Java 17 or newer for a Jenkins agent (found: nothing at /tmp/java)")
                .contains("The agent on h2 did not come online")
                .contains("no memory left")
                .contains("none of the hosts can be used")
                .doesNotContain("echo never")
                .doesNotContain("\tat ");
        assertThat(run(Result.SUCCESS, "loadshareNode { sh 'set +x; echo ran-$LOADSHARE_HOST' }"))
                .contains("ran-h3");
        awaitNothing();
    }

    @Test
    void aBuildThatNeedsALicenseWaitsForASeatOfIt() throws Exception {
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key")
                + "licenses: [ { name: lic, process: no-such-process, perUser: 1, rule: save } ]\n");
        WorkflowRun first = needsLicense("loadshareNode(hosts: 'h1') { sh 'until [ -e /tmp/go ]; do sleep 1; done' }");
        j.waitForMessage("goes to", first);
        WorkflowRun second = needsLicense("loadshareNode(hosts: 'h2') { sh 'echo second' }");
        j.waitForMessage("perUser 1", second);

        cluster.exec("h1", "touch", "/tmp/go");
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(first));
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(second));
        awaitNothing();
    }

    private static WorkflowRun needsLicense(String script) throws Exception {
        WorkflowJob job = job(script);
        job.addProperty(new LicenseProperty("lic"));
        return job.scheduleBuild2(0).waitForStart();
    }

    /** The agent prints the beginning of its greeting, and dies. */
    @Test
    void anAgentThatDiesInTheHandshakeFailsTheBuildWithWhatItPrinted() throws Exception {
        put(
                1,
                "case $1 in -version) echo 'openjdk version \"17.0.1\"' >&2 ;;"
                        + " *) printf \"<===[JENKINS REMOTING\"; echo cut short >&2 ;; esac");
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + "agents: { java: /tmp/java }\n");

        assertThat(run(Result.FAILURE, "loadshareNode(hosts: 'h1') { sh 'echo never' }"))
                .contains("The agent on h1 did not come online")
                .contains("cut short");
        awaitNothing();
    }

    @Test
    void deletingTheNodeBeforeItsBlockBeginsEndsTheBuild() throws Exception {
        for (int i = 1; i <= cluster.size(); i++) {
            put(i, "case $1 in -version) echo 'openjdk version \"17.0.1\"' >&2 ;; *) sleep 1000 ;; esac");
        }
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + "agents: { java: /tmp/java }\n");
        WorkflowRun run =
                job("loadshareNode { sh 'echo never' }").scheduleBuild2(0).waitForStart();
        j.jenkins.removeNode(awaitNode());

        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(run));
        assertThat(JenkinsRule.getLog(run)).contains("its node was deleted").doesNotContain("echo never");
        awaitNothing();
    }

    @Test
    void buildsOfOthersDoNotRunOnTheNode() throws Exception {
        WorkflowRun owner = job("loadshareNode(hosts: 'h1') { sh 'until [ -e /tmp/go ]; do sleep 1; done' }")
                .scheduleBuild2(0)
                .waitForStart();
        Node node = awaitNode();
        j.waitForMessage("Running on", owner);
        WorkflowRun other = job("node('" + node.getNodeName() + "') { echo 'never' }")
                .scheduleBuild2(0)
                .waitForStart();
        Waiting.until(
                "the block of the other build in the queue",
                () -> !j.jenkins.getQueue().getBuildableItems().isEmpty());
        Queue.BuildableItem block = j.jenkins.getQueue().getBuildableItems().get(0);
        assertThat(node.canTake(block).getShortDescription())
                .isEqualTo("Only the build that requested it runs on this node");

        cluster.exec("h1", "touch", "/tmp/go");
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(owner));
        other.doStop();
        j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(other));
        assertThat(JenkinsRule.getLog(other)).doesNotContain("Running on");
        awaitNothing();
    }

    /**
     * The {@code sh} steps run on without their agents, which are connected again. Under test, Jenkins gives up an agent
     * after 15 s: a long cut needs {@code -Dorg.jenkinsci.plugins.workflow.support.pickles.ExecutorPickle.timeoutForNodeMillis=300000},
     * the usual limit.
     */
    @Test
    void blocksOutliveARestartOfSshdAndACutOfTheNetwork() throws Exception {
        String block = "loadshareNode(hosts: '%s') { sh 'set +x; echo began; "
                + "until [ -e /tmp/go ]; do sleep 1; done; echo ended'; sh 'echo then' }";
        WorkflowRun restarted = job(block.formatted("h1")).scheduleBuild2(0).waitForStart();
        WorkflowRun cut = job(block.formatted("h2")).scheduleBuild2(0).waitForStart();
        j.waitForMessage("\nbegan", restarted);
        j.waitForMessage("\nbegan", cut);

        cluster.cut("h2");
        cluster.refuse("h1");
        cluster.exec("h1", "sh", "-c", "pkill -f '^sshd-session|^sshd: '");
        Waiting.until(
                "an agent that is offline",
                () -> j.jenkins.getNodes().stream()
                        .anyMatch(node -> node.toComputer().isOffline()));
        cluster.accept("h1");
        TimeUnit.SECONDS.sleep(Size.of("loadshare.agentCut", 2, 120));
        cluster.mend("h2");
        cluster.exec("h1", "touch", "/tmp/go");
        cluster.exec("h2", "touch", "/tmp/go");

        for (WorkflowRun run : List.of(restarted, cut)) {
            j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(run));
            assertThat(JenkinsRule.getLog(run)).containsOnlyOnce("\nended").contains("\nthen");
        }
        awaitNothing();
    }

    @Test
    void theNextBuildFindsTheWorkspaceUnlessItIsCleaned() throws Exception {
        WorkflowJob job = job("loadshareNode(hosts: 'h1') { sh 'ls; touch kept' }");
        j.buildAndAssertSuccess(job);
        awaitNothing();
        String script = "loadshareNode(hosts: 'h1', workspace: 'clean') { sh 'set +x; echo found: $(ls)' }";
        job.setDefinition(new CpsFlowDefinition(script, true));
        assertThat(JenkinsRule.getLog(j.buildAndAssertSuccess(job))).contains("found: kept");
        Waiting.until(
                "the removal of the workspace",
                () -> cluster.exec("h1", "sh", "-c", "ls -d ~/.loadshare/agents/*/h1/1/workspace")
                                .status()
                        != 0);
        assertThat(JenkinsRule.getLog(j.buildAndAssertSuccess(job))).contains("found:\n");
        awaitNothing();
    }

    /** Waits until the only node is stored: Jenkins shows a node, and starts its agent, before that. */
    private static Node awaitNode() {
        Waiting.until(
                "a node that is stored",
                () -> j.jenkins.getNodes().stream()
                        .anyMatch(
                                node -> new File(j.jenkins.getRootDir(), "nodes/" + node.getNodeName() + "/config.xml")
                                        .exists()));
        return j.jenkins.getNodes().get(0);
    }

    private static void put(int host, String java) {
        cluster.exec(
                cluster.host(host),
                "sh",
                "-c",
                "printf '#!/bin/sh\\n%s\\n' \"$1\" >/tmp/java; chmod 755 /tmp/java",
                "sh",
                java);
    }

    /** Aborts reach some builds while they wait, some while their agent starts, and some while they run. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES) // for the full number
    void abortsAtAnyMomentLeaveNothing() throws Exception {
        int aborts = Size.of("loadshare.agentAborts", 6, 100);
        WorkflowJob job = job("loadshareNode(slots: 2) { sh 'echo started; sleep 1000' }");
        Random random = new Random(16);
        for (int done = 0; done < aborts; done += AT_ONCE) {
            List<WorkflowRun> runs = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                runs.add(job.scheduleBuild2(0).waitForStart());
            }
            j.waitForMessage("goes to", runs.get(0));
            for (WorkflowRun run : runs) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE));
                run.doStop();
            }
            for (WorkflowRun run : runs) {
                j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(run));
            }
        }
        awaitNothing();
    }

    @Test
    void declarativePipelinesUseTheAgent() throws Exception {
        String log = run(Result.SUCCESS, """
            pipeline {
                agent { loadshare { hosts '%s'; slots 1; workspace 'clean' } }
                stages {
                    stage('Analyse') {
                        steps {
                            sh 'set +x; echo "ran on $LOADSHARE_HOST"; pwd > /tmp/where'
                        }
                    }
                }
            }
            """.formatted(cluster.host(1)));
        assertThat(log).contains("ran on " + cluster.host(1));
        awaitNothing();
        String workspace =
                cluster.exec(cluster.host(1), "cat", "/tmp/where").stdout().strip();
        Waiting.until(
                "the removal of " + workspace,
                () -> cluster.exec(cluster.host(1), "test", "-e", workspace).status() == 1);
    }

    @Test
    void poolsOfOthersCredentialsAndHostKeysAreRefused() throws Exception {
        Yaml.load(Hosts.yaml(cluster).replace("hosts: \"h1,h2,h3\"", "hosts: \"h1,h2,h3\", usableBy: [other]")
                + Hosts.ssh(cluster, "key"));
        assertThat(run(Result.FAILURE, "loadshareNode(pool: 'all') { echo 'never' }"))
                .contains("may not use pool 'all'")
                .doesNotContain("\tat ");
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "missing"));
        assertThat(run(Result.FAILURE, "loadshareNode { echo 'never' }"))
                .contains("there are no credentials 'missing'");
        awaitNothing();
    }
}
