package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** Much output, and many jobs, in a controller of little memory. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class VolumeTest {

    private static Cluster cluster;

    /** What Jenkins itself needs with these plugins, and little more. */
    @RegisterExtension
    private final RealJenkinsExtension jenkins =
            new RealJenkinsExtension().withTimeout(900).javaOptions("-Xmx400m");

    @BeforeAll
    static void startHosts() {
        cluster = Cluster.start(2);
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void gibibyteOfOutputIsMoreThanTheMemory() throws Throwable {
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key");
        jenkins.startJenkins();
        jenkins.runRemotely(VolumeTest::configure, yaml, cluster.identity().toString(), cluster.user(1));
        long size = jenkins.runRemotely(VolumeTest::print);
        assertThat(size).isEqualTo(1L << 30);
    }

    private static void configure(JenkinsRule j, String yaml, String key, String user) throws Exception {
        Hosts.addKey(CredentialsScope.GLOBAL, "key", user, Path.of(key));
        Yaml.load(yaml);
    }

    /** @return bytes of output in the log */
    private static Long print(JenkinsRule j) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                "loadshare script: 'set +x; yes " + "x".repeat(1023) + " | head -c 1073741824'", true));
        WorkflowRun run = j.assertBuildStatus(Result.SUCCESS, job.scheduleBuild2(0));
        long bytes = 0;
        try (InputStream log = Files.newInputStream(run.getRootDir().toPath().resolve("log"))) {
            byte[] part = new byte[1 << 16];
            for (int count = log.read(part); count >= 0; count = log.read(part)) {
                for (int i = 0; i < count; i++) {
                    bytes += part[i] == 'x' ? 1 : 0;
                }
            }
        }
        return bytes / 1023 * 1024;
    }

    @Test
    void manyJobsShareOneConnectionAHostAndHoldNoThread() throws Throwable {
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key");
        jenkins.startJenkins();
        jenkins.runRemotely(VolumeTest::configure, yaml, cluster.identity().toString(), cluster.user(1));
        int before = jenkins.runRemotely(VolumeTest::threads);
        jenkins.runRemotely(VolumeTest::startMany);
        int during = jenkins.runRemotely(VolumeTest::threads);
        for (int i = 1; i <= cluster.size(); i++) {
            String connections = cluster.exec(
                            cluster.host(i), "sh", "-c", "pgrep -c -f '^sshd[^ ]*: " + cluster.user(1) + "' || true")
                    .stdout()
                    .strip();
            // one process for the connection of the user; sessions come and go on it
            assertThat(Integer.parseInt(connections))
                    .as(connections + " connections to " + cluster.host(i))
                    .isLessThanOrEqualTo(2);
        }
        assertThat(during)
                .as(during + " threads with 200 jobs, " + before + " without")
                .isLessThan(before + 100);
        jenkins.runRemotely(VolumeTest::stopAll);
    }

    private static Integer threads(JenkinsRule j) {
        return Thread.activeCount();
    }

    private static void startMany(JenkinsRule j) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, "many");
        job.setDefinition(new CpsFlowDefinition(
                "def jobs = [:]\nfor (int i = 0; i < 200; i++) { jobs[\"j$i\"] = { loadshare script: 'set +x; echo polled; sleep 900' } }\n"
                        + "parallel jobs",
                true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        Waiting.until("200 jobs whose output was polled", Duration.ofMinutes(5), () -> outputs(run) == 200);
    }

    private static long outputs(WorkflowRun run) throws Exception {
        return JenkinsRule.getLog(run)
                .lines()
                .filter(line -> line.endsWith("polled"))
                .count();
    }

    private static void stopAll(JenkinsRule j) throws Exception {
        WorkflowRun run = j.jenkins.getItemByFullName("many", WorkflowJob.class).getBuildByNumber(1);
        run.doStop();
        j.waitForCompletion(run);
    }
}
