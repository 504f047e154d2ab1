package io.jenkins.plugins.loadshare.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.slaves.ComputerListener;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.steps.Hosts;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jenkins.model.NodeListener;
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

/** Attempts to start an agent, on one host after the other: late events of one attempt do not reach the next one. */
@WithJenkins
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class AgentAttemptsTest {

    private static final String JAVA = "#!/bin/sh\ncase $1 in -version) echo 'openjdk version \"17.0.1\"' >&2 ;;"
            + " *) until [ -e /tmp/go ]; do sleep 1; done; exec java \"$@\" ;; esac\n";
    private static final String BLOCK =
            "loadshareNode { sh 'set +x; echo began; until [ -e /tmp/end ]; do sleep 1; done' }";
    private static final long LONGEST_DELAY = 10; // seconds

    private static Cluster cluster;
    private static JenkinsRule j;
    private static int jobs;

    @BeforeAll
    static void startHosts(JenkinsRule rule) {
        j = rule;
        cluster = Cluster.start(2);
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
        for (int i = 1; i <= cluster.size(); i++) {
            cluster.exec(cluster.host(i), "rm", "-f", "/tmp/go", "/tmp/end");
            cluster.exec(cluster.host(i), "sh", "-c", "printf %s \"$1\" >/tmp/java; chmod 755 /tmp/java", "sh", JAVA);
        }
        Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + "agents: { java: /tmp/java }\n");
    }

    private static WorkflowRun begin(String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, "job" + ++jobs);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job.scheduleBuild2(0).waitForStart();
    }

    /** Ends the job that holds the place of the only agent, so that the next one starts on the other host. */
    private static void kill(BuildJob job) {
        String host = job.host().name().value();
        cluster.exec(host.equals("h1") ? "h2" : "h1", "touch", "/tmp/go");
        cluster.exec(host, "pkill", "-KILL", "-f", job.id() + "/script$");
    }

    private static BuildJob job() {
        return LoadshareService.get().jobs().running().get(0);
    }

    private static void end(WorkflowRun run) throws Exception {
        for (int i = 1; i <= cluster.size(); i++) {
            cluster.exec(cluster.host(i), "touch", "/tmp/go", "/tmp/end");
        }
        j.assertBuildStatusSuccess(j.waitForCompletion(run));
    }

    private static void awaitNothing() {
        Leftovers.awaitNoneInJenkins();
        Leftovers.awaitNoneOn(cluster);
    }

    /** The listener of another plugin ends the first launch when the agent is connected, but not yet online. */
    @Test
    void aLaunchThatFailsIsRepeatedOnItsHostOnce() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        ComputerListener other = new ComputerListener() {
            @Override
            public void onOnline(Computer computer, TaskListener listener) {
                if (computer.getNode() instanceof LoadshareAgent && first.getAndSet(false)) {
                    throw new LinkageError("another plugin is broken");
                }
            }
        };
        ComputerListener.all().add(other);
        try {
            cluster.exec("h1", "touch", "/tmp/go");
            WorkflowRun run = begin("loadshareNode(hosts: 'h1') { echo 'ran' }");
            j.assertBuildStatusSuccess(j.waitForCompletion(run));
            assertThat(first).isFalse();
        } finally {
            ComputerListener.all().remove(other);
        }
        awaitNothing();
    }

    /** The listener of another plugin delays the creation of the first node until the second one runs the block. */
    @Test
    void aNodeThatIsCreatedSlowlyDoesNotReachTheNextAttempt() throws Exception {
        CountDownLatch created = new CountDownLatch(1);
        CountDownLatch began = new CountDownLatch(1);
        NodeListener other = new NodeListener() {
            @Override
            protected void onCreated(Node node) {
                try {
                    if (created.getCount() == 1) {
                        created.countDown();
                        began.await(LONGEST_DELAY, TimeUnit.SECONDS);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        ExtensionList.lookup(NodeListener.class).add(other);
        try {
            WorkflowRun run = begin(BLOCK);
            assertThat(created.await(1, TimeUnit.MINUTES)).isTrue();
            kill(job());
            j.waitForMessage("\nbegan", run);
            began.countDown();
            end(run);
        } finally {
            ExtensionList.lookup(NodeListener.class).remove(other);
        }
        awaitNothing();
    }

    /** The agent of the first attempt does not answer, so its launch ends when the second agent is online. */
    @Test
    void aLaunchThatFailsLateDoesNotReachTheNextAttempt() throws Exception {
        WorkflowRun run = begin(BLOCK);
        Waiting.until(
                "a launch",
                () -> j.jenkins.getNodes().stream()
                        .anyMatch(node -> node.toComputer().isConnecting()));
        BuildJob job = job();
        String host = job.host().name().value();
        Waiting.until(
                "an agent",
                () -> cluster.exec(host, "pgrep", "-f", "script connect").status() == 0);
        Computer first = j.jenkins.getNodes().get(0).toComputer();
        kill(job);
        j.waitForMessage("\nbegan", run);
        cluster.exec(host, "pkill", "-f", "script connect");
        Waiting.until("the end of the launch", () -> !first.isConnecting());
        assertThat(AgentRequests.get().find(first.getName()).isLost()).isFalse();
        end(run);
        awaitNothing();
    }
}
