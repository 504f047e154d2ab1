package io.jenkins.plugins.loadshare.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Result;
import hudson.tasks.Shell;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.steps.Hosts;
import io.jenkins.plugins.loadshare.steps.NamedBuilds;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Size;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

    private static final String CLOUD = """
            jenkins:
              clouds:
                - loadshare: { name: hosts, templates: [ { label: one, request: { hosts: h1 } }, { label: two, request: { hosts: h2 } } ] }
            """;

    private static final String NODE = "node('%s') { sh 'set +x; echo began; until [ -e /tmp/end ]; do sleep 1; done;"
            + " echo ended on $LOADSHARE_HOST'; sh 'echo then' }";

    private static final int LATEST_KILL = 15_000; // milliseconds after the builds began

    private static final String SHORT_BLOCK =
            "loadshareNode(pool: 'all', license: 'lic') { sh 'set +x; sleep 3; echo ended' }";

    private static final String SHORT_NODE = "node('one') { sh 'set +x; sleep 3; echo ended' }";

    @Test
    void blocksGoOnAfterAKillOfTheControllerAndFailIfTheirHostRebooted() throws Throwable {
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + LICENSE;
        jenkins.startJenkins();
        jenkins.runRemotely(NamedBuilds::configure, yaml, cluster.identity().toString(), cluster.user(1));
        jenkins.runRemotely(NamedBuilds::begin, "survivor", BLOCK.formatted("h1"));
        jenkins.runRemotely(NamedBuilds::begin, "victim", BLOCK.formatted("h2"));
        jenkins.runRemotely(NamedBuilds::await, "survivor", "\nbegan");
        jenkins.runRemotely(NamedBuilds::await, "victim", "\nbegan");
        jenkins.runRemotely(AgentRestartTest::configureCloud, CLOUD);
        jenkins.runRemotely(NamedBuilds::begin, "cloud-survivor", NODE.formatted("one"));
        jenkins.runRemotely(NamedBuilds::begin, "cloud-victim", NODE.formatted("two"));
        jenkins.runRemotely(AgentRestartTest::beginFreestyle, "one");
        jenkins.runRemotely(NamedBuilds::await, "cloud-survivor", "\nbegan");
        jenkins.runRemotely(NamedBuilds::await, "cloud-victim", "\nbegan");
        jenkins.runRemotely(NamedBuilds::begin, "waiter", BLOCK.formatted("h3"));
        jenkins.runRemotely(NamedBuilds::await, "waiter", "perUser 2");

        jenkins.stopJenkinsForcibly();
        cluster.reboot("h2");
        jenkins.startJenkins();
        String victim = jenkins.runRemotely(AgentRestartTest::finish, "victim", Result.ABORTED);
        assertThat(victim).contains("The agent on h2 is lost: its job ended").doesNotContain("then on");

        String cloudVictim = jenkins.runRemotely(AgentRestartTest::finish, "cloud-victim", Result.ABORTED);
        assertThat(cloudVictim)
                .contains("The agent on h2 is lost: its job ended")
                .doesNotContain("\nthen");

        jenkins.runRemotely(NamedBuilds::await, "waiter", "\nbegan"); // it gets the seat of the victim
        jenkins.stopJenkins();
        jenkins.startJenkins();
        cluster.exec("h1", "touch", "/tmp/end");
        String survivor = jenkins.runRemotely(AgentRestartTest::finish, "survivor", Result.SUCCESS);
        assertThat(survivor).contains("\nended on h1").contains("\nthen on h1");
        String cloudSurvivor = jenkins.runRemotely(AgentRestartTest::finish, "cloud-survivor", Result.SUCCESS);
        assertThat(cloudSurvivor).contains("\nended on h1").contains("\nthen");
        cluster.exec("h3", "touch", "/tmp/end");
        jenkins.runRemotely(AgentRestartTest::finish, "waiter", Result.SUCCESS);

        jenkins.runRemotely(AgentRestartTest::awaitNothing);
        Leftovers.awaitNoneOn(cluster);
    }

    /** Kills reach some builds while they wait, some while their agent starts, some while they run, and some afterwards. */
    @Test
    @Timeout(value = 40, unit = TimeUnit.MINUTES)
    void killsOfTheControllerAtAnyMomentLeaveNothing() throws Throwable {
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + LICENSE;
        Random random = new Random(20);
        jenkins.startJenkins();
        jenkins.runRemotely(NamedBuilds::configure, yaml, cluster.identity().toString(), cluster.user(1));
        jenkins.runRemotely(AgentRestartTest::configureCloud, CLOUD);
        for (int kill = 0; kill < Size.of("loadshare.agentKills", 1, 20); kill++) {
            jenkins.runRemotely(NamedBuilds::begin, "block" + kill, SHORT_BLOCK);
            jenkins.runRemotely(NamedBuilds::begin, "cloud" + kill, SHORT_NODE);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LATEST_KILL));
            jenkins.stopJenkinsForcibly();
            jenkins.startJenkins();
            for (String build : List.of("block" + kill, "cloud" + kill)) {
                assertThat(jenkins.runRemotely(AgentRestartTest::end, build))
                        .containsAnyOf("\nended", "Failed to load program"); // Jenkins had not stored the Pipeline yet
            }
        }
        jenkins.runRemotely(AgentRestartTest::awaitNothing);
        Leftovers.awaitNoneOn(cluster);
    }

    static void configureCloud(JenkinsRule j, String yaml) throws Exception {
        Yaml.loadWhole(yaml);
        j.jenkins.save();
    }

    /** Begins a build that does not survive. */
    private static void beginFreestyle(JenkinsRule j, String label) throws Exception {
        FreeStyleProject job = j.createFreeStyleProject("freestyle");
        job.setAssignedLabel(Label.get(label));
        job.getBuildersList().add(new Shell("echo began; sleep 1000"));
        j.waitForMessage("\nbegan", job.scheduleBuild2(0).waitForStart());
    }

    static String finish(JenkinsRule j, String name, Result expected) throws Exception {
        j.assertBuildStatus(expected, j.waitForCompletion(NamedBuilds.run(name)));
        return JenkinsRule.getLog(NamedBuilds.run(name));
    }

    private static String end(JenkinsRule j, String name) throws Exception {
        return JenkinsRule.getLog(j.waitForCompletion(NamedBuilds.run(name)));
    }

    static void awaitNothing(JenkinsRule j) {
        Leftovers.awaitNoneInJenkins();
    }
}
