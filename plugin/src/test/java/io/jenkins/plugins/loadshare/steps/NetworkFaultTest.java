package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Cluster;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What networks and hosts do to running steps. */
@WithJenkins
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class NetworkFaultTest {

    private static Cluster cluster;

    private static final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @BeforeAll
    static void startHosts() {
        cluster = Cluster.start(3, "--cut");
    }

    @AfterAll
    static void stopHosts() {
        timer.shutdownNow();
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void cutNetworkAndRestartedSshdAreWaitedOutAndARebootIsNoSuccess(JenkinsRule j) throws Exception {
        j.timeout = 600;
        Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key"));
        WorkflowJob job = j.createProject(WorkflowJob.class);
        String counting = "set +x; i=0; while [ $i -lt 1500 ]; do echo %s-$i.; i=$((i+1)); sleep 0.1; done";
        job.setDefinition(
                new CpsFlowDefinition("""
                    def status = 'none'
                    parallel cut: { loadshare hosts: 'h1', script: '%s' },
                        restarted: { loadshare hosts: 'h2', script: '%s' },
                        rebooted: {
                            catchError(buildResult: 'SUCCESS') {
                                status = loadshare hosts: 'h3', returnStatus: true, script: 'echo up; sleep 600'
                            }
                        }
                    echo "status is $status"
                    """.formatted(counting.formatted("cut"), counting.formatted("restarted")), true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        j.waitForMessage("cut-20.", run);
        j.waitForMessage("restarted-20.", run);
        j.waitForMessage("up\n", run);
        cluster.cut("h1");
        Future<?> mended = timer.schedule(() -> cluster.mend("h1"), 2, TimeUnit.MINUTES);
        cluster.refuse("h2");
        cluster.exec("h2", "sh", "-c", "pkill -f '^sshd-session|^sshd: '");
        cluster.reboot("h3");
        j.waitForMessage("No answer from the host", run);
        j.waitForMessage("host rebooted", run);
        cluster.accept("h2");
        mended.get();
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(run));
        String log = JenkinsRule.getLog(run);
        assertThat(log).contains("status is none");
        assertThat(log).contains("The host answers again");
        assertThat(log).doesNotContain("\tat ");
        for (String name : List.of("cut", "restarted")) {
            assertThat(log.lines()
                            .map(line -> line.replaceFirst("^\\[\\w+\\] ", ""))
                            .filter(line -> line.matches(name + "-\\d+\\."))
                            .toList())
                    .isEqualTo(IntStream.range(0, 1500)
                            .mapToObj(i -> name + "-" + i + ".")
                            .toList());
        }
    }
}
