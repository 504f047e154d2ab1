package io.jenkins.plugins.loadshare.steps;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Cluster;
import java.nio.file.Files;
import java.util.Locale;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * How fast the output of a step on a real sshd host reaches the log of its build; by name only: {@code mvn test
 * -Dtest=StepLogBenchmark -DargLine='@{jenkins.addOpens} @{jenkins.insaneHook}'}, since tests are otherwise compiled less
 * well than Jenkins is. The rate includes the placement and the start of the job. The first round warms up.
 */
@WithJenkins
class StepLogBenchmark {

    private static final int ROUNDS = 3;
    private static final long BYTES = 300L << 20;

    @Test
    void measure(JenkinsRule j) throws Exception {
        try (Cluster cluster = Cluster.start(1)) {
            Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
            Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key"));
            for (int length : new int[] {80, 1024}) {
                for (int round = 0; round < ROUNDS; round++) {
                    print(j, length);
                }
            }
        }
    }

    private static void print(JenkinsRule j, int length) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        String script = "set +x; yes " + "x".repeat(length - 1) + " | head -c " + BYTES;
        job.setDefinition(new CpsFlowDefinition("loadshare script: '" + script + "'", true));
        long start = System.nanoTime();
        WorkflowRun run = j.assertBuildStatus(Result.SUCCESS, job.scheduleBuild2(0));
        double seconds = (System.nanoTime() - start) / 1e9;
        long size = Files.size(run.getRootDir().toPath().resolve("log"));
        System.out.printf(
                Locale.ROOT,
                "lines of %4d bytes: %d MiB in %.1f s, %.1f MB/s (log of %d MiB)%n",
                length,
                BYTES >> 20,
                seconds,
                BYTES / 1e6 / seconds,
                size >> 20);
        run.delete();
    }
}
