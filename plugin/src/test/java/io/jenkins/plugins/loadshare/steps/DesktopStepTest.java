package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Requires;
import io.loadshare.testing.Waiting;
import java.util.concurrent.TimeUnit;
import jenkins.model.CauseOfInterruption;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The step {@code loadshareDesktop} with TigerVNC's server on real hosts. */
@WithJenkins
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class DesktopStepTest {

    private static final String SESSION = "desktop: { session: exec xterm }\n";

    private static Cluster cluster;
    private static int starts;
    private JenkinsRule j;
    private String id; // of the desktop that the test started

    @BeforeAll
    static void startHosts() {
        Requires.programs("Xvnc", "xterm", "xwininfo");
        cluster = Cluster.start(2);
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
        configure(SESSION);
    }

    @AfterEach
    void noDesktopIsLeft() {
        for (String host : new String[] {"h1", "h2"}) {
            Waiting.until("no desktop runs on " + host, () -> !isDesktopOn(host));
        }
    }

    private static void configure(String more) throws Exception {
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + more);
    }

    private static boolean isDesktopOn(String host) {
        return cluster.exec(host, "pgrep", "-x", "Xvnc").status() == 0;
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private String run(Result expected, String script) throws Exception {
        return JenkinsRule.getLog(j.assertBuildStatus(expected, job(script).scheduleBuild2(0)));
    }

    @Test
    void theStepsInTheBlockDrawOnTheDesktopOfItsHost() throws Exception {
        String log = run(Result.SUCCESS, """
            loadshareDesktop(hosts: 'h2', geometry: '1280x800') {
                echo "desktop $LOADSHARE_DESKTOP $LOADSHARE_HOST as $LOADSHARE_USER"
                loadshare script: 'set +x; echo "on $LOADSHARE_HOST: $(xwininfo -root | grep geometry)"'
                withLoadshare { echo "held on $LOADSHARE_HOST" }
                loadshare hosts: 'h1', script: 'set +x; echo "elsewhere <${DISPLAY-none}>"'
                loadshare display: 'virtual', script: 'set +x; echo "virtual: $(xwininfo -root | grep geometry)"'
            }
            loadshare script: 'set +x; echo "after <${DISPLAY-none}>"'
            """);

        assertThat(log)
                .containsPattern("Job desktop-\\S+ goes to h2 \\(score ")
                .containsPattern("Desktop h2:\\d+ is ready")
                .containsPattern("desktop h2:\\d+ h2 as " + cluster.user(1))
                .contains("on h2: " + "  -geometry 1280x800+0+0")
                .contains("held on h2")
                .contains("elsewhere <none>", "after <none>")
                .contains("virtual:   -geometry 1920x1080+0+0");
    }

    private String started(String host, String user) throws Exception {
        id = "desktop-test" + ++starts;
        StartedDesktop.start(j, id, host, user, cluster.identity().toString());
        return servers(host);
    }

    private static String servers(String host) {
        return cluster.exec(host, "pgrep", "-x", "Xvnc").stdout();
    }

    private static void endDesktops() {
        for (String host : new String[] {"h1", "h2"}) {
            cluster.exec(host, "pkill", "-x", "Xvnc");
        }
    }

    @Test
    void aDesktopOfTheLoginIsFoundAndDoesNotEndWithTheBlock() throws Exception {
        String server = started("h2", cluster.user(1));
        try {
            String log = run(Result.SUCCESS, """
                loadshareDesktop(pool: 'all') {
                    echo "desktop $LOADSHARE_DESKTOP $LOADSHARE_HOST as $LOADSHARE_USER"
                    loadshare script: 'set +x; echo "on $LOADSHARE_HOST: $(xwininfo -root | grep geometry)"'
                }
                """);

            assertThat(log)
                    .containsPattern("Found desktop h2:\\d+ \\(" + id + "\\) of " + cluster.user(1) + ", which")
                    .containsPattern("desktop h2:\\d+ h2 as " + cluster.user(1))
                    .contains("on h2:   -geometry 1920x1080+0+0")
                    .doesNotContain("is ready", "Released");
            assertThat(run(Result.FAILURE, "loadshareDesktop { error 'the test failed' }"))
                    .contains("Found desktop", "the test failed");
            assertThat(servers("h2")).isEqualTo(server).isNotEmpty();
            for (String other : new String[] {"new: true", "geometry: '1280x800'", "slots: 1", "hosts: 'h1'"}) {
                assertThat(run(Result.SUCCESS, "loadshareDesktop(" + other + ") { echo 'inside' }"))
                        .contains("is ready", "inside")
                        .doesNotContain("Found");
            }
            assertThat(servers("h2")).isEqualTo(server);

            cluster.exec("h2", "pkill", "-KILL", "-x", "Xvnc");
            assertThat(run(Result.SUCCESS, "loadshareDesktop { echo 'inside' }"))
                    .contains("is ready")
                    .doesNotContain("Found");
        } finally {
            endDesktops();
        }
    }

    @Test
    void anAbortOfABlockOnAFoundDesktopLeavesTheDesktop() throws Exception {
        String server = started("h1", cluster.user(1));
        try {
            WorkflowRun build =
                    job("loadshareDesktop { sleep 600 }").scheduleBuild2(0).waitForStart();
            j.waitForMessage("Found desktop", build);
            build.getExecutor().interrupt(Result.ABORTED, new CauseOfInterruption.UserInterruption("anna"));
            j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(build));
            assertThat(servers("h1")).isEqualTo(server).isNotEmpty();
        } finally {
            endDesktops();
        }
    }

    @Test
    void aFoundDesktopThatIsKilledIsReportedAndTheBlockContinues() throws Exception {
        started("h1", cluster.user(1));
        WorkflowRun build = job("loadshareDesktop { input 'go on'; echo 'still here' }")
                .scheduleBuild2(0)
                .waitForStart();
        j.waitForMessage("Found desktop", build);
        cluster.exec("h1", "pkill", "-KILL", "-x", "Xvnc");
        j.waitForMessage("has ended, the block goes on without it", build);
        build.getAction(InputAction.class).getExecutions().get(0).proceed(null);
        assertThat(JenkinsRule.getLog(j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(build))))
                .containsPattern("Desktop h1:\\d+ has ended")
                .contains("still here");
    }

    @Test
    void desktopsOfOtherUsersAndOfOtherBlocksAreNotFound() throws Exception {
        String server = started("h1", cluster.user(2));
        try {
            String log = run(
                    Result.SUCCESS, "loadshareDesktop { loadshareDesktop { loadshareScan(); loadshareDesktop {} } }");
            assertThat(log.split("is ready", -1)).hasSize(4);
            assertThat(log).doesNotContain("Found");
            assertThat(servers("h1")).isEqualTo(server).isNotEmpty();
        } finally {
            endDesktops();
        }
    }

    @Test
    void aKnownDesktopWhoseHostIsGoneIsReportedAndAnotherIsStarted() throws Exception {
        started("h1", cluster.user(1));
        cluster.kill("h1");
        try {
            assertThat(run(Result.SUCCESS, "loadshareDesktop { echo \"on $LOADSHARE_HOST\" }"))
                    .contains("Desktop " + id + " on h1 may still run, but cannot be used: ", "on h2\n");
        } finally {
            cluster.boot("h1");
        }
    }

    @Test
    void aHostWithoutTheServerIsPassedOver() throws Exception {
        cluster.exec("h2", "sh", "-c", "ln -s $(command -v Xvnc) /var/tmp/Xvnc");
        configure(SESSION.replace(
                "}",
                ", command: [/var/tmp/Xvnc, -displayfd, '{displayfd}', -auth, '{authority}', -rfbunixpath, '{socket}',"
                        + " -SecurityTypes, None, -rfbport, '-1'] }"));

        String log = run(Result.SUCCESS, "loadshareDesktop { echo \"on $LOADSHARE_HOST\" }");
        assertThat(log).contains("on h2\n");

        log = run(Result.FAILURE, "loadshareDesktop(hosts: 'h1', wait: '0s') { echo 'inside' }");
        assertThat(log)
                .contains("/var/tmp/Xvnc is not installed on this host: install tigervnc-standalone-server")
                .doesNotContain("inside", "\tat ");
    }

    @Test
    void theDesktopEndsWithAnAbortAndAFailureOfItsBlock() throws Exception {
        assertThat(run(Result.FAILURE, "loadshareDesktop { error 'the test failed' }"))
                .contains("the test failed");

        WorkflowRun build =
                job("loadshareDesktop { sleep 600 }").scheduleBuild2(0).waitForStart();
        j.waitForMessage("is ready", build);
        build.getExecutor().interrupt(Result.ABORTED, new CauseOfInterruption.UserInterruption("anna"));
        j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(build));
    }

    @Test
    void aDesktopThatIsKilledIsReportedAndTheBlockContinues() throws Exception {
        WorkflowRun build = job("loadshareDesktop { input 'go on'; echo 'still here' }")
                .scheduleBuild2(0)
                .waitForStart();
        j.waitForMessage("is ready", build);
        for (String host : new String[] {"h1", "h2"}) {
            cluster.exec(host, "pkill", "-KILL", "-x", "Xvnc");
        }
        j.waitForMessage("The desktop has ended (", build);
        build.getAction(InputAction.class).getExecutions().get(0).proceed(null);
        assertThat(JenkinsRule.getLog(j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(build))))
                .contains("still here");
    }

    @Test
    void aFolderCannotUseThePoolOfAnother() throws Exception {
        Yaml.load(Hosts.yaml(cluster).replace("name: all,", "name: all, usableBy: [meg],") + Hosts.ssh(cluster, "key"));
        WorkflowJob job = j.createProject(Folder.class, "spm").createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition("loadshareDesktop(pool: 'all') { echo 'inside' }", true));

        assertThat(JenkinsRule.getLog(j.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0))))
                .contains("spm/job may not use pool 'all'")
                .doesNotContain("inside");
    }
}
