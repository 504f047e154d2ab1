package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A step whose pool is a real Slurm cluster. */
@WithJenkins
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SlurmStepTest {

    private static final String POOL = """
        pools: [ { name: hpc, slurm: { login: h1, partition: main, options: [ "--exclude=n2" ] }, overflow: 5m } ]
        """;

    private static Cluster cluster;

    @BeforeAll
    static void startSlurm() {
        cluster = Cluster.start(1);
        cluster.startSlurm(2);
    }

    @AfterAll
    static void endSlurm() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aJobInSlurmIsFoundAgainAfterARestartAndCanBeAborted(JenkinsRule j) throws Throwable {
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + POOL;
        NamedBuilds.configure(j, yaml, cluster.identity().toString(), cluster.user(1));
        NamedBuilds.begin(j, "lasting", """
            loadshare pool: 'hpc', slots: 2,
                script: 'set +x; echo up on $SLURMD_NODENAME; until [ -e ~/end ]; do sleep 0.2; done; echo at its end'
            """);
        NamedBuilds.await(j, "lasting", "up on n1");
        j.restart();
        onLogin("touch ~" + cluster.user(1) + "/end");
        WorkflowRun lasting = j.assertBuildStatusSuccess(j.waitForCompletion(NamedBuilds.run("lasting")));
        assertThat(JenkinsRule.getLog(lasting)).containsOnlyOnce("up on n1").containsOnlyOnce("at its end");

        NamedBuilds.begin(j, "aborted", "loadshare pool: 'hpc', script: 'echo it is up; sleep 300'");
        NamedBuilds.await(j, "aborted", "it is up");
        NamedBuilds.run("aborted").doStop();
        j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(NamedBuilds.run("aborted")));
        Waiting.until(
                "the end of the job in Slurm",
                Duration.ofSeconds(30),
                () -> onLogin("squeue -h").isEmpty());
    }

    @Test
    void thePageShowsThePoolAndWhyAJobWaitsInSlurm(JenkinsRule j) throws Throwable {
        NamedBuilds.configure(
                j,
                Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + POOL,
                cluster.identity().toString(),
                cluster.user(1));
        onLogin("scontrol update nodename=n2 state=drain reason=test");
        try {
            NamedBuilds.begin(j, "first", "loadshare pool: 'hpc', slots: 2, script: 'echo it is up; sleep 300'");
            NamedBuilds.await(j, "first", "it is up");
            NamedBuilds.begin(j, "second", "withLoadshare(pool: 'hpc', slots: 2) { echo 'block ' + 'began' }");
            Waiting.until(
                    Duration.ofSeconds(60),
                    () -> json(j).getJSONArray("queue").toString().contains("PENDING (Slurm: Resources"),
                    () -> queueAndLog(j, "second"));
            assertThat(JenkinsRule.getLog(NamedBuilds.run("second"))).doesNotContain("block began");
            JSONObject all = json(j);
            JSONObject waits = all.getJSONArray("queue").getJSONObject(0);
            assertThat(waits.getInt("position")).isZero();
            assertThat(waits.getJSONObject("build").getString("name")).contains("second");
            assertThat(all.getJSONArray("jobs").toString()).contains("\"running\"", "\"pending\"");
            assertThat(all.getJSONArray("hosts").size()).isEqualTo(1);
            JSONObject pool = all.getJSONArray("slurmPools").getJSONObject(0);
            assertThat(pool.getString("pool")).isEqualTo("hpc");
            assertThat(pool.getInt("nodesUp") + pool.getInt("nodesDrained")).isEqualTo(2);
            assertThat(pool.getInt("nodesDrained")).isEqualTo(1);
            assertThat(page(j))
                    .contains("Slurm pools", "Jobs pending", "waiting in Slurm", "PENDING (Slurm: Resources");
        } finally {
            onLogin("scontrol update nodename=n2 state=resume");
            NamedBuilds.run("first").doStop();
        }
        j.assertBuildStatusSuccess(j.waitForCompletion(NamedBuilds.run("second")));
        j.assertLogContains("block began", NamedBuilds.run("second"));
        Waiting.until(
                "the end of the jobs",
                Duration.ofSeconds(60),
                () -> json(j).getJSONArray("queue").isEmpty()
                        && onLogin("squeue -h").isEmpty());
    }

    private static String queueAndLog(JenkinsRule j, String build) {
        try {
            return "the queue is " + json(j).getJSONArray("queue") + ", and the log is "
                    + JenkinsRule.getLog(NamedBuilds.run(build));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static JSONObject json(JenkinsRule j) throws Exception {
        return j.createWebClient()
                .getJSON(j.getURL() + "loadshare/api/json?depth=3")
                .getJSONObject();
    }

    private static String page(JenkinsRule j) throws Exception {
        return j.createWebClient()
                .withJavaScriptEnabled(false)
                .goTo("loadshare/")
                .getWebResponse()
                .getContentAsString();
    }

    private static String onLogin(String line) {
        Cluster.Output output = cluster.exec(cluster.host(1), "sh", "-c", line);
        assertThat(output.status()).as(output.stderr()).isZero();
        return output.stdout().strip();
    }
}
