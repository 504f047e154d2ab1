package io.jenkins.plugins.loadshare.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.steps.Hosts;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
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

    @BeforeAll
    static void startHosts(JenkinsRule rule) {
        j = rule;
        cluster = Cluster.start(3);
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

    /** Waits until nothing remains: no node, no job, no process, no reservation. */
    private static void awaitNothing() {
        Waiting.until(
                () -> j.jenkins.getNodes().isEmpty()
                        && LoadshareService.get().jobs().running().isEmpty(),
                () -> "left: " + j.jenkins.getNodes() + " and "
                        + LoadshareService.get().jobs().running());
        for (int i = 1; i <= cluster.size(); i++) {
            assertThat(cluster.exec(cluster.host(i), "pgrep", "-af", "agent-|loadshare-job|script connect")
                            .stdout())
                    .isEmpty();
        }
    }

    @Test
    void stepsOfOtherPluginsRunOnTheChosenHost() throws Exception {
        String log = run(Result.SUCCESS, """
            loadshareNode(hosts: '%s') {
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
        put(2, "case $1 in -version) echo 'openjdk version \"17.0.1\"' >&2 ;; *) echo no memory left >&2; exit 1 ;; esac");
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

    private static void put(int host, String java) {
        cluster.exec(cluster.host(host), "sh", "-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" >/tmp/java; chmod 755 /tmp/java", "sh", java);
    }

    @Test
    void anAbortedBuildLeavesNothing() throws Exception {
        WorkflowRun run = job("loadshareNode { sh 'echo started; sleep 1000' }")
                .scheduleBuild2(0)
                .waitForStart();
        j.waitForMessage("+ echo started", run);
        run.doStop();
        j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(run));
        awaitNothing();
    }
}
