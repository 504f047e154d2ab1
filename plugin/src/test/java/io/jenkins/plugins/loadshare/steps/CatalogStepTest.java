package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.settings.Yaml;
import java.nio.file.Files;
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

    private static void requireOctave() {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/octave-cli")), "octave is not installed: apt-get install octave");
    }

    @Test
    void aBatchRunsWithItsVersionAndModality() throws Exception {
        requireOctave();
        WorkflowRun run = run(Result.SUCCESS, """
                loadshare software: 'spm', version: 'spm12', batch: "printf('%s %s\\\\n', version_path, modality); disp('it''s \\"done\\"')"
                """);

        String log = JenkinsRule.getLog(run);
        assertThat(log).contains("/imaging/o'brien fmri\n");
        assertThat(log).contains("it's \"done\"\n");
    }

    @Test
    void anErrorInABatchFailsTheBuildWithItsReport() throws Exception {
        requireOctave();
        WorkflowRun run = run(Result.FAILURE, "loadshare software: 'spm', batch: \"error('no such file: job.mat')\"");

        assertThat(JenkinsRule.getLog(run)).contains("error: no such file: job.mat");
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
                "software: 'spm', version: 'spm13', batch: 'x' | does not have the version 'spm13'; did you mean 'spm12'?",
                "software: 'spn', batch: 'x' | unknown software 'spn'; did you mean 'spm'?",
                "software: 'meg', command: ['print'] | does not have the command 'print'; did you mean 'printf'?",
                "software: 'meg', batch: 'x' | software 'meg' has no batch template in the configuration",
                "software: 'meg', batch: 'x', script: 'y' | specify one of script, command and batch, 2 are set",
                "software: 'meg' | specify one of script, command and batch, none is set",
                "command: ['printf'] | command starts a software of the catalog: set software",
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
