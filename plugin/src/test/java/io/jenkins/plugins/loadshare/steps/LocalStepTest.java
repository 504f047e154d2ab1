package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hudson.model.Result;
import io.jenkins.plugins.loadshare.settings.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The steps on a host that is this machine. */
@WithJenkins
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LocalStepTest {

    private static JenkinsRule j;

    @BeforeAll
    static void setUp(JenkinsRule rule) throws Exception {
        j = rule;
        j.jenkins.setNumExecutors(0); // no step may need one
        Yaml.load("hosts: [ { name: here, local: true } ]\npools: [ { name: all, hosts: here } ]\n"
                + "placement: { model: tracked, slotsPerCore: none }\nretry: { first: 1s }");
    }

    private WorkflowRun run(Result expected, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return j.assertBuildStatus(expected, job.scheduleBuild2(0));
    }

    private String log(WorkflowRun run) throws Exception {
        return JenkinsRule.getLog(run);
    }

    @Test
    void outputStreamsToTheLogAndZeroIsSuccess() throws Exception {
        WorkflowRun run = run(Result.SUCCESS, "loadshare(script: 'echo hello from $LOADSHARE_HOST')");
        assertThat(log(run)).contains("hello from here");
        PlacedJob job = run.getAction(PlacesAction.class).getJobs().get(0);
        assertThat(job.getHost()).isEqualTo("here");
        assertThat(job.getState()).isEqualTo("EXITED 0");
    }

    @Test
    void statusOtherThanZeroFailsTheBuild() throws Exception {
        WorkflowRun run = run(Result.FAILURE, "loadshare(script: 'exit 7')");
        assertThat(log(run)).contains("The script ended with status 7");
        assertThat(log(run)).doesNotContain("\tat ");
    }

    @Test
    void statusAndStdoutAreReturned() throws Exception {
        WorkflowRun run = run(Result.SUCCESS, """
            def rc = loadshare(pool: 'all', script: 'exit 3', returnStatus: true)
            def out = loadshare(pool: 'all', script: 'echo out; echo err >&2', returnStdout: true)
            echo "rc=$rc out=<$out>"
            """);
        assertThat(log(run)).contains("rc=3 out=<out\n>");
        assertThat(log(run)).contains("\nerr\n");
    }

    @Test
    void scriptSeesVariablesAndDirectory(@TempDir Path dir) throws Exception {
        Files.createDirectory(dir.resolve("sub"));
        WorkflowRun run = run(Result.SUCCESS, """
            withEnv(['A=from build']) {
                loadshare(script: 'set +x; echo "$A|$B|$C|$BUILD_NUMBER|$PWD|${JENKINS_HOME-none}"', env: [B: "x ' \\\\ y", C: 1],
                    dir: '%s', minMemory: '1K', minCores: 0.5, maxLoad: 100000, slots: 1, wait: '1m', tags: [])
            }
            """.formatted(dir.resolve("sub")));
        assertThat(log(run)).contains("\nfrom build|x ' \\ y|1|1|" + dir.resolve("sub") + "|none\n");
    }

    @Test
    void blockHoldsAPlaceAndSaysWhere() throws Exception {
        WorkflowRun run = run(Result.SUCCESS, """
            def found = withLoadshare(pool: 'all') {
                echo "held on ${env.LOADSHARE_HOST}"
                return 5
            }
            echo "gave $found"
            """);
        assertThat(log(run)).contains("held on here");
        assertThat(log(run)).contains("gave 5");
        assertThat(run.getAction(PlacesAction.class).getJobs().get(0).getState())
                .isEqualTo("RELEASED");
    }

    @Test
    void aScriptWithAVirtualDisplayCanDraw() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/Xvfb")) && Files.isExecutable(Path.of("/usr/bin/xwininfo")),
                "Xvfb or xwininfo is not installed, so this test was skipped: apt-get install xvfb x11-utils");
        WorkflowRun run = run(Result.SUCCESS, "loadshare(script: 'xwininfo -root', display: 'virtual')");
        assertThat(log(run)).contains("Width: 1920", "Height: 1080");
    }

    @Test
    void aScriptBeyondItsLimitIsEndedAndTheLogSaysWhy() throws Exception {
        WorkflowRun slow = run(Result.FAILURE, "loadshare(script: 'sleep 60', timeLimit: '1s')");
        assertThat(log(slow)).contains("was ended by here: time limit of 1s reached", "ended by signal 15");
        WorkflowRun greedy = run(Result.SUCCESS, """
            def rc = loadshare(script: 'head -c 200M /dev/zero | tail | sleep 60', memoryLimit: '60M', returnStatus: true)
            echo "rc=$rc"
            """);
        assertThat(log(greedy)).contains("memory limit of 60M exceeded: it used", "rc=143");
    }
}
