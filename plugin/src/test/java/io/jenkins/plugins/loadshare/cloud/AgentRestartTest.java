package io.jenkins.plugins.loadshare.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.steps.Hosts;
import io.loadshare.testing.Cluster;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
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

/** Builds on agents outlive their controller. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class AgentRestartTest {

    private static Cluster cluster;

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension()
            .withTimeout(600)
            .javaOptions("-Dorg.jenkinsci.plugins.workflow.support.pickles.ExecutorPickle.timeoutForNodeMillis=300000");

    @BeforeAll
    static void startHosts() {
        cluster = Cluster.start(3);
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static final String LICENSE =
            "licenses: [ { name: lic, process: no-such-process, perUser: 2, rule: save } ]\n";

    private static final String BLOCK = """
            loadshareNode(hosts: '%s', license: 'lic') {
                sh 'set +x; echo began; until [ -e /tmp/end ]; do sleep 1; done; echo ended on $LOADSHARE_HOST'
                sh 'echo then on $LOADSHARE_HOST'
            }
            """;

    @Test
    void blocksGoOnAfterAKillOfTheControllerAndFailIfTheirHostRebooted() throws Throwable {
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + LICENSE;
        jenkins.startJenkins();
        jenkins.runRemotely(
                AgentRestartTest::configure, yaml, cluster.identity().toString(), cluster.user(1));
        jenkins.runRemotely(AgentRestartTest::begin, "survivor", BLOCK.formatted("h1"));
        jenkins.runRemotely(AgentRestartTest::begin, "victim", BLOCK.formatted("h2"));
        jenkins.runRemotely(AgentRestartTest::await, "survivor", "\nbegan");
        jenkins.runRemotely(AgentRestartTest::await, "victim", "\nbegan");
        jenkins.runRemotely(AgentRestartTest::begin, "waiter", BLOCK.formatted("h3"));
        jenkins.runRemotely(AgentRestartTest::await, "waiter", "perUser 2");

        jenkins.stopJenkinsForcibly();
        cluster.reboot("h2");
        jenkins.startJenkins();
        String victim = jenkins.runRemotely(AgentRestartTest::finish, "victim", Result.ABORTED);
        assertThat(victim).contains("The agent on h2 is lost: its job ended").doesNotContain("then on");

        jenkins.runRemotely(AgentRestartTest::await, "waiter", "\nbegan"); // it gets the seat of the victim
        jenkins.stopJenkins();
        jenkins.startJenkins();
        cluster.exec("h1", "touch", "/tmp/end");
        String survivor = jenkins.runRemotely(AgentRestartTest::finish, "survivor", Result.SUCCESS);
        assertThat(survivor).contains("\nended on h1").contains("\nthen on h1");
        cluster.exec("h3", "touch", "/tmp/end");
        jenkins.runRemotely(AgentRestartTest::finish, "waiter", Result.SUCCESS);

        jenkins.runRemotely(AgentRestartTest::awaitNothing);
        Leftovers.awaitNoneOn(cluster);
    }

    private static void configure(JenkinsRule j, String yaml, String key, String user) throws Exception {
        Hosts.addKey(CredentialsScope.GLOBAL, "key", user, Path.of(key));
        Yaml.load(yaml);
        j.jenkins.save();
    }

    private static void begin(JenkinsRule j, String name, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static WorkflowRun run(String name) {
        return Jenkins.get().getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
    }

    private static void await(JenkinsRule j, String name, String message) throws Exception {
        j.waitForMessage(message, run(name));
    }

    private static String finish(JenkinsRule j, String name, Result expected) throws Exception {
        j.assertBuildStatus(expected, j.waitForCompletion(run(name)));
        return JenkinsRule.getLog(run(name));
    }

    private static void awaitNothing(JenkinsRule j) {
        Leftovers.awaitNoneInJenkins();
    }
}
