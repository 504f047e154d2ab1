package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Requires;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.Snippetizer;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Steps that start a software of the catalog: a batch in GNU Octave, and programs. */
@WithJenkins
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CatalogStepTest {

    private static JenkinsRule j;

    @BeforeAll
    static void configure(JenkinsRule rule) throws Exception {
        j = rule;
        Yaml.load("""
                hosts: [ { name: here, local: true } ]
                pools: [ { name: all, hosts: here } ]
                placement: { slotsPerCore: none }
                retry: { first: 1s }
                software:
                  - name: spm
                    pool: all
                    versions: [ { name: spm12, path: "/imaging/o'brien" } ]
                    batch: [octave-cli, --quiet, --norc, --eval, "version_path = {path:m}; modality = {modality:m}; {eval}"]
                  - name: meg
                    pool: all
                    commands: [ printf, "env -u NOTHING_{slots}" ]
                    setup: export STUDY=meg
                """);
    }

    private static WorkflowRun run(Result expected, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return j.assertBuildStatus(expected, job.scheduleBuild2(0));
    }

    @Test
    void aBatchRunsWithItsVersionAndModality() throws Exception {
        Requires.programs("octave-cli");
        WorkflowRun run = run(Result.SUCCESS, """
                loadshare software: 'spm', version: 'spm12', batch: "printf('%s %s\\\\n', version_path, modality); disp('it''s \\"done\\"')"
                """);

        String log = JenkinsRule.getLog(run);
        assertThat(log).contains("/imaging/o'brien fmri\n");
        assertThat(log).contains("it's \"done\"\n");
    }

    @Test
    void anErrorInABatchFailsTheBuildWithItsReport() throws Exception {
        Requires.programs("octave-cli");
        WorkflowRun run = run(Result.FAILURE, "loadshare software: 'spm', batch: \"error('no such file: job.mat')\"");

        assertThat(JenkinsRule.getLog(run)).contains("error: no such file: job.mat");
    }

    /** A script that stands in for Matlab: it gets a license the third time. */
    private static String licensedTheThirdTime(Path directory) {
        return "#!/bin/sh\ncd " + directory + "; echo try >> tries; [ $(wc -l < tries) = 3 ] && exit 0\n"
                + "echo License checkout failed. >&2; echo License Manager Error -4; exit 1";
    }

    @Test
    void aJobWithoutALicenseRunsAgainLater(@TempDir Path directory) throws Exception {
        String log = JenkinsRule.getLog(run(
                Result.SUCCESS, "loadshare retryLicense: 2, script: '''" + licensedTheThirdTime(directory) + "'''"));

        assertThat(log)
                .containsPattern("Job \\S+ on here got no license: License Manager Error -4, all seats are in use;"
                        + " trying again in 1s \\(retry 1 of 2\\)\n")
                .contains("; trying again in 2s (retry 2 of 2)\n");
        assertThat(log.split("License checkout failed", -1))
                .as("its output, once for each run")
                .hasSize(3);
    }

    @Test
    void aFreestyleJobWithoutALicenseRunsAgainUntilNoRetryIsLeft(@TempDir Path directory) throws Exception {
        LoadshareStep step = new LoadshareStep(licensedTheThirdTime(directory));
        step.setRetryLicense(1);
        FreeStyleProject project = j.createFreeStyleProject();
        project.getBuildersList().add(new LoadshareBuilder(step));
        j.configRoundtrip(project);
        String log = JenkinsRule.getLog(j.assertBuildStatus(Result.FAILURE, project.scheduleBuild2(0)));

        assertThat(log).contains("(retry 1 of 1)\n").contains("The script ended with status 1");
        assertThat(directory.resolve("tries")).hasContent("try\ntry\n");
    }

    @Test
    void aRefusedLicenseIsReportedWithoutARetryToo() throws Exception {
        String log = JenkinsRule.getLog(run(
                Result.FAILURE,
                "loadshare script: '#!/bin/sh\\necho License Manager Error -15; exit 1', returnStdout: true"));

        assertThat(log)
                .contains("License Manager Error -15, the license server cannot be reached."
                        + " Set retryLicense to run it again later\n");
    }

    @Test
    void aJobThatSomebodyEndsDoesNotRunAgain() throws Exception {
        String log = JenkinsRule.getLog(run(
                Result.FAILURE,
                "loadshare retryLicense: 9, script: 'echo License checkout failed; kill -TERM \\$\\$'"));

        assertThat(log).contains("License checkout failed").doesNotContain("trying again", "got no license");
    }

    @Test
    void aCommandRunsAfterItsSetupWithTheWordsOfAListOrAText() throws Exception {
        WorkflowRun run = run(Result.SUCCESS, """
                def list = loadshare software: 'meg', command: ['printf', '<%s>', 'a b', '$HOME *'], returnStdout: true
                def text = loadshare software: 'meg', command: "printf '<%s>' 'a b' \\\\\\$HOME", returnStdout: true
                def rc = loadshare software: 'meg', command: ['env', 'sh', '-c', 'test $STUDY$LOADSHARE_SLOTS = meg2'], slots: 2, returnStatus: true
                echo "list=$list text=$text rc=$rc"
                """);

        assertThat(JenkinsRule.getLog(run)).contains("list=<a b><$HOME *> text=<a b><$HOME> rc=0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "software: 'spm', version: 'spm13', batch: 'x' | unknown version 'spm13'; did you mean 'spm12'? (configured: spm12)",
                "software: 'spn', batch: 'x' | unknown software 'spn'; did you mean 'spm'?",
                "software: 'meg', command: ['print'] | unknown command 'print'; did you mean 'printf'? (configured: printf, env)",
                "software: 'meg', batch: 'x' | software 'meg' has no batch template in the configuration",
                "software: 'meg', batch: 'x', script: 'y' | specify exactly one of script, command and batch (2 are set)",
                "software: 'meg' | specify exactly one of script, command and batch (none is set)",
                "command: ['printf'] | command requires software: set software",
            })
    void aBadValueFailsTheBuildWithOneMessage(String arguments, String message) throws Exception {
        String log = JenkinsRule.getLog(run(Result.FAILURE, "loadshare " + arguments));

        assertThat(log).contains(message);
        assertThat(log).doesNotContain("\tat ");
    }

    @Test
    void theFreestyleStepKeepsAndStartsACommand() throws Exception {
        LoadshareStep step = new LoadshareStep("");
        step.setSoftware("meg");
        step.setCommand(List.of("printf", "<%s>", "a b"));
        FreeStyleProject project = j.createFreeStyleProject();
        project.getBuildersList().add(new LoadshareBuilder(step));
        j.configRoundtrip(project);

        LoadshareStep kept =
                project.getBuildersList().get(LoadshareBuilder.class).getStep();
        assertThat(kept.getCommand()).containsExactly("printf", "<%s>", "a b");
        assertThat(kept.getBatch()).isNull();
        assertThat(Snippetizer.object2Groovy(kept))
                .isEqualTo("loadshare command: ['printf', '<%s>', 'a b'], software: 'meg'");
        FreeStyleBuild build = j.buildAndAssertSuccess(project);
        assertThat(JenkinsRule.getLog(build)).contains("<a b>");
    }
}
