package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.Idle;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.LoadshareConfiguration;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import jenkins.model.GlobalConfiguration;
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

/** What else may go wrong around a step: it never hangs, and says what is wrong. */
@WithJenkins
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class TroubleTest {

    private static Cluster cluster;
    private JenkinsRule j;

    @BeforeAll
    static void startHosts() {
        cluster = Cluster.start(2, "--cut");
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        j = rule;
        Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key"));
    }

    private WorkflowRun start(String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job.scheduleBuild2(0).waitForStart();
    }

    @Test
    void runningJobNeedsNeitherConfigurationNorCredentialsNorAgent() throws Exception {
        DumbSlave agent = j.createOnlineSlave();
        WorkflowRun run = start("""
            node('%s') {
                loadshare hosts: 'h1', script: 'echo it runs; until [ -e /tmp/go ]; do sleep 0.2; done; echo to the end'
            }
            """.formatted(agent.getNodeName()));
        j.waitForMessage("+ echo it runs", run);
        assertThatThrownBy(() -> Yaml.load("hosts: [ { name: \"not a name\" } ]"))
                .isNotNull();
        Yaml.load("hosts: [ { name: h2 } ]\npools: [ { name: other, hosts: h2 } ]");
        SystemCredentialsProvider.getInstance().getCredentials().clear();
        agent.toComputer().disconnect(new OfflineCause.ByCLI("test")).get();
        cluster.exec("h1", "touch", "/tmp/go");
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(run));
        j.assertLogContains("\nto the end\n", run);
    }

    @Test
    void stepThatWaitsOutlastsIdleConnections() throws Exception {
        refuse();
        try {
            WorkflowRun waiting = start("loadshare script: 'echo at last'");
            j.waitForMessage("Waiting for a place:", waiting);
            Idle.closeNow();
            accept();
            j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(waiting));
            j.assertLogNotContains("is closed", waiting);
        } finally {
            accept();
        }
    }

    @Test
    void stepThatWaitsIsAbortedAndSaysWhatIsWrongWithTheConfiguration() throws Exception {
        refuse();
        try {
            WorkflowRun aborted = start("loadshare script: 'true'");
            WorkflowRun failing = start("loadshare script: 'true'");
            j.waitForMessage("Waiting for a place:", aborted);
            j.waitForMessage("Waiting for a place:", failing);
            aborted.doStop();
            j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(aborted));
            Path stored = j.jenkins.getRootDir().toPath().resolve(LoadshareConfiguration.class.getName() + ".xml");
            Files.writeString(stored, Files.readString(stored).replace("<name>h1</name>", "<name>h 1</name>"));
            GlobalConfiguration.all().getInstance(LoadshareConfiguration.class).load();
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(failing));
            j.assertLogContains("the stored configuration", failing);
            j.assertLogNotContains("\tat ", failing);
            assertThat(LoadshareService.get().jobs().running()).isEmpty();
        } finally {
            accept();
        }
    }

    @Test
    void abortOfAJobOnADeadHostEndsTheBuildAndLeavesAnOrphan() throws Exception {
        WorkflowRun run = start("loadshare hosts: 'h2', script: 'echo it runs; sleep 305.1'");
        j.waitForMessage("+ echo it runs", run);
        cluster.cut("h2");
        try {
            run.doStop();
            j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(run));
        } finally {
            cluster.mend("h2");
        }
        j.assertLogContains("Could not end job", run);
        j.assertLogContains("It may still run: see the Loadshare page", run);
        BuildJob orphan = LoadshareService.get().jobs().running().get(0);
        assertThat(LoadshareService.get().jobs().isOrphan(orphan)).isTrue();
        assertThat(runs("sleep 305.1")).isTrue();
        LoadshareService.get().jobActions().abort(orphan, "tester").get(1, TimeUnit.MINUTES);
        Waiting.until("end of the orphan", () -> !runs("sleep 305.1"));
        assertThat(LoadshareService.get().jobs().find(orphan.id())).isEmpty();
    }

    @Test
    void jobWhoseHostDoesNotAnswerToItsStartIsPlacedAgainAndRunsOnce() throws Exception {
        Yaml.load("scan: { connectTimeout: 1s, timeout: 2s }\n" + Hosts.yaml(cluster) + Hosts.ssh(cluster, "key"));
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(start("loadshare hosts: 'h2', script: 'true'")));
        cluster.hang("h2");
        try {
            WorkflowRun run = start("loadshare hosts: 'h2', script: 'echo once >> /tmp/starts; cat /tmp/starts'");
            j.waitForMessage("trying another host", run);
            cluster.resume("h2");
            j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(run));
            assertThat(cluster.exec("h2", "cat", "/tmp/starts").stdout()).isEqualTo("once\n");
        } finally {
            cluster.resume("h2");
        }
    }

    private static boolean runs(String command) {
        return cluster.exec("h2", "pgrep", "-fx", command).status() == 0;
    }

    private static void refuse() {
        cluster.refuse("h1");
        cluster.refuse("h2");
    }

    private static void accept() {
        cluster.accept("h1");
        cluster.accept("h2");
    }
}
