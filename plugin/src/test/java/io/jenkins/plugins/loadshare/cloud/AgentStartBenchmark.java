package io.jenkins.plugins.loadshare.cloud;

import com.cloudbees.plugins.credentials.CredentialsScope;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.steps.Hosts;
import io.loadshare.testing.Cluster;
import java.util.Arrays;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * The time from the start of a build until the first line of {@code sh} on an agent; by name only: {@code mvn test
 * -Dtest=AgentStartBenchmark -DargLine='@{jenkins.addOpens} @{jenkins.insaneHook}'}.
 */
@WithJenkins
class AgentStartBenchmark {

    private static final int ROUNDS = 9;

    private static final String BLOCK = "loadshareNode(hosts: 'h1') { sh 'echo began' }";

    @Test
    void measure(JenkinsRule j) throws Exception {
        try (Cluster cluster = Cluster.start(1)) {
            Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
            double[] bare = new double[ROUNDS];
            double[] warm = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                SharedJenkins.empty(j);
                Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
                cluster.as(cluster.user(1), "rm", "-rf", cluster.home(cluster.user(1)) + "/.loadshare");
                Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key")); // with new connections
                bare[i] = seconds(j, "bare" + i);
                warm[i] = seconds(j, "warm" + i);
            }
            System.out.printf(
                    "first start (without the agent's jar): %.1f s, first of all %.1f s%n", median(bare), bare[0]);
            System.out.printf("start with jar and connection: %.1f s%n", median(warm));
        }
    }

    private static double median(double[] seconds) {
        return Arrays.stream(seconds).sorted().toArray()[seconds.length / 2];
    }

    private static double seconds(JenkinsRule j, String name) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(BLOCK, true));
        long began = System.nanoTime();
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        j.waitForMessage("\nbegan", run);
        double seconds = (System.nanoTime() - began) / 1e9;
        j.assertBuildStatusSuccess(j.waitForCompletion(run));
        Leftovers.awaitNoneInJenkins();
        return seconds;
    }
}
