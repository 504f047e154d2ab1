package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.load.HostStatus;
import io.loadshare.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

/** Scripts, variables and output as people have them. One Jenkins for all tests. */
@WithJenkins
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class OddInputTest {

    private static JenkinsRule j;

    @BeforeAll
    static void setUp(JenkinsRule rule) throws Exception {
        j = rule;
        j.jenkins.setNumExecutors(0);
        Yaml.load("hosts: [ { name: here, local: true }, { name: away, address: 127.0.0.9, port: 9 } ]\n"
                + "pools: [ { name: all, hosts: here } ]\nretry: { first: 1s }\nplacement: { slotsPerCore: none }");
    }

    private static String run(Result expected, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        String log = JenkinsRule.getLog(j.assertBuildStatus(expected, job.scheduleBuild2(0)));
        assertThat(log).doesNotContain("\tat ");
        return log;
    }

    @Test
    void scriptFromWindowsRuns() throws Exception {
        String log = run(Result.SUCCESS, """
            loadshare script: '#!/bin/bash\\r\\nfor i in 1 2; do\\r\\n  echo "<$i>"\\r\\ndone\\r\\nexit 0\\r\\n'
            """);
        assertThat(log).contains("\n<1>\n<2>\n");
    }

    @Test
    void scriptWithControlCharactersRuns() throws Exception {
        String log = run(Result.SUCCESS, """
            def out = loadshare returnStdout: true,
                script: "set +x; printf %s 'a\\b\\u0001\\u001b\\r' | od -An -tx1 -v", env: [ODD: 'x\\b']
            echo 'read' + out
            """);
        assertThat(log).contains("read 61 08 01 1b 0d");
    }

    @Test
    void variableThatNoProgramCanGetIsNamedAndNothingStarts() throws Exception {
        String log = run(Result.FAILURE, """
            withEnv(["PAYLOAD=${'x' * 200000}"]) {
                def rc = loadshare pool: 'all', returnStatus: true, script: 'echo ran'
                echo "status ${rc}"
            }
            """);
        assertThat(log).contains("variable PAYLOAD has 200008 bytes, but Linux passes at most 131071");
        assertThat(log).doesNotContain("goes to");
        assertThat(log).doesNotContain("status ");
    }

    @Test
    void jobThatDidNotStartHasNoStatus() throws Exception {
        String log = run(Result.FAILURE, """
            parallel dir: {
                echo "dir ${loadshare(returnStatus: true, script: 'echo ran', dir: '/no/such')}"
            }, sum: {
                withEnv((0..69).collect { "V$it=" + 'x' * 100000 }) {
                    echo "sum ${loadshare(returnStatus: true, script: 'echo ran')}"
                }
            }
            """);
        assertThat(log).contains("directory '/no/such' does not exist");
        assertThat(log).contains("the largest is V");
        assertThat(log).contains("ERROR: The script was not started, for the reason above");
        assertThat(log.contains("+ echo ran") || log.contains("sum 7") || log.contains("dir 6"))
                .as(log)
                .isFalse();
        HostStatus here = LoadshareService.get().latest().at(0);
        assertThat(here.suspension()).as(here::toString).isEmpty();
    }

    @Test
    void variablesOfOddNamesDisturbNothing() throws Exception {
        String log = run(Result.SUCCESS, """
            withEnv(['app.version=1.2', 'deploy-env=lab', 'BASH_FUNC_module%%=() {  eval `no-such-program`\\n}', 'PS4=> ',
                    'IFS=,', 'ENV=/nonexistent', 'UID=5', 'SHELLOPTS=x', 'directory=/no', 'id=7', 'host=db',
                    "NOTES=one\\ntwo = 2\\n'three' \\"four\\" \\$FIVE `six`\\n"]) {
                loadshare script: '#!/bin/bash\\necho "<$directory|$id|$host|$NOTES>"; env | grep -c "^app\\\\|^deploy\\\\|BASH_FUNC" || :'
            }
            """);
        assertThat(log).contains("\n</no|7|db|one\ntwo = 2\n'three' \"four\" $FIVE `six`\n>\n0\n");
    }

    @Test
    void outputWithoutLineEndsIsShownAndAFinishedStepLeavesNothing(@TempDir Path dir) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                "loadshare dir: '%s', script: 'set +x; printf \"Chunk 1/2 : \"; for i in 1 2; do printf \"\\\\b\\\\b%%s%%%%\" $i; sleep 1; done; for n in $(seq 300); do [ -e go ] && break; sleep 0.2; done; echo done'"
                        .formatted(dir),
                true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        Waiting.until(
                "the begun line",
                Duration.ofSeconds(30),
                () -> JenkinsRule.getLog(run).contains("2%\n"));
        String id = run.getAction(PlacesAction.class).getJobs().get(0).getId();
        Path control = Path.of(System.getProperty("user.home"), ".loadshare", "here", id);
        assertThat(Files.exists(control.resolve("script"))).isTrue();
        Files.createFile(dir.resolve("go"));
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(run));
        String log = JenkinsRule.getLog(run);
        String printed = log.substring(log.indexOf("Chunk"))
                .replaceFirst("done\n(?s).*", "done")
                .replace("\n", "");
        assertThat(printed).isEqualTo("Chunk 1/2 : \b\b1%\b\b2%done");
        Waiting.until("removal of " + control, () -> !Files.exists(control));
        Waiting.until(
                "removal of its record",
                () -> LoadshareService.get().jobs().find(id).isEmpty());
    }

    @Test
    void stdoutBeyondItsLimitEndsTheScript(@TempDir Path dir) throws Exception {
        String log = run(Result.FAILURE, """
            loadshare dir: '%s', returnStdout: true, script: 'echo $$ > pid; yes | head -c 70000000; sleep 30'
            """.formatted(dir));
        assertThat(log).contains("more than 64 MiB on stdout, the limit of returnStdout. Write the output to a file");
        assertThat(log).contains("Ended job");
        assertThat(ProcessHandle.of(
                        Long.parseLong(Files.readString(dir.resolve("pid")).strip())))
                .isEmpty();
    }

    @Test
    void hostWithoutCredentialsIsARefusedCandidate() throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("loadshare hosts: 'here,away', script: 'echo ran'", true));
        WorkflowRun run = j.assertBuildStatus(Result.SUCCESS, job.scheduleBuild2(0));
        PlacedJob placed = run.getAction(PlacesAction.class).getJobs().get(0);
        assertThat(placed.getHost()).isEqualTo("here");
        assertThat(placed.getCandidates().stream()
                        .anyMatch(host -> host.getHost().equals("away")
                                && host.getReason().contains("no credentials to log in to the hosts")))
                .isTrue();
        String log = run(Result.FAILURE, "loadshare hosts: 'away', script: 'echo ran'");
        assertThat(log).contains("no credentials to log in to the hosts");
    }
}
