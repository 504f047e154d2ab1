package io.jenkins.plugins.loadshare.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.loadshare.steps.Hosts;
import io.jenkins.plugins.loadshare.steps.NamedBuilds;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** Builds on agents in a real Slurm cluster outlive their controller. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class SlurmAgentRestartTest {

    private static final String POOL =
            "pools: [ { name: hpc, slurm: { login: h1, options: [ \"--exclude=n2\" ] } } ]\n";

    private static final String CLOUD = "jenkins: { clouds: [ loadshare: { name: slurm, templates:"
            + " [ { label: slurm, request: { pool: hpc } } ] } ] }";

    private static final String LASTING =
            "sh 'set +x; echo began in $SLURM_JOB_ID; until [ -e ~/go ]; do sleep 0.2; done;"
                    + " echo ended in $SLURM_JOB_ID'; sh 'set +x; echo then in $SLURM_JOB_ID'";

    private static Cluster cluster;

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension()
            .withTimeout(600)
            .javaOptions("-Dorg.jenkinsci.plugins.workflow.support.pickles.ExecutorPickle.timeoutForNodeMillis=300000");

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
    void blocksGoOnAndAWaitingJobKeepsItsPlaceInSlurm() throws Throwable {
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + POOL;
        jenkins.startJenkins();
        jenkins.runRemotely(NamedBuilds::configure, yaml, cluster.identity().toString(), cluster.user(1));
        jenkins.runRemotely(AgentRestartTest::configureCloud, CLOUD);
        jenkins.runRemotely(NamedBuilds::begin, "block", "loadshareNode(pool: 'hpc') { " + LASTING + " }");
        jenkins.runRemotely(NamedBuilds::begin, "cloud", "node('slurm') { " + LASTING + " }");
        jenkins.runRemotely(NamedBuilds::await, "block", "\nbegan in ");
        jenkins.runRemotely(NamedBuilds::await, "cloud", "\nbegan in ");
        jenkins.runRemotely(NamedBuilds::begin, "waits", "loadshareNode(pool: 'hpc', slots: 2) { " + LASTING + " }");
        Waiting.until(
                "a job that waits in Slurm",
                Duration.ofMinutes(1),
                () -> onLogin("squeue -h -t PD -o %j").startsWith("loadshare-"));
        String jobs = onLogin("squeue -h -o '%A %j' | grep loadshare- | sort");

        jenkins.stopJenkinsForcibly();
        jenkins.startJenkins();
        onLogin("touch ~" + cluster.user(1) + "/go");
        for (String name : new String[] {"block", "cloud", "waits"}) {
            String log = jenkins.runRemotely(AgentRestartTest::finish, name, Result.SUCCESS);
            assertThat(log).containsPattern("(?s)\nbegan in (\\d+)\n.*ended in \\1\n.*then in \\1\n");
            assertThat(jobs).contains(log.replaceAll("(?s).*\nthen in (\\d+)\n.*", "$1") + " loadshare-");
        }
        jenkins.runRemotely(AgentRestartTest::awaitNothing);
        Leftovers.awaitNoneOn(cluster);
    }

    private static String onLogin(String line) {
        Cluster.Output output = cluster.exec(cluster.host(1), "sh", "-c", line);
        assertThat(output.status()).as(line + ": " + output.stderr()).isZero();
        return output.stdout().strip();
    }
}
