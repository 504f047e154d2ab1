package io.jenkins.plugins.loadshare.seats;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.nodes.LocalNode;
import io.jenkins.plugins.loadshare.nodes.NodeScans;
import io.jenkins.plugins.loadshare.nodes.Work;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.ledger.Claim;
import io.loadshare.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

class SeatRecoveryTest {

    private static final String SAVE = "licenses: [ { name: matlab, process: MATLAB, perUser: 1, rule: save } ]";

    @RegisterExtension
    final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @TempDir
    Path directory;

    /** Either its job names the license, or the label that it asked for, of which nothing is left after the restart. */
    @ParameterizedTest
    @ValueSource(strings = {"built-in", "licensed"})
    void nodeBlockThatRunsOnOverARestartKeepsItsSeat(String label) throws Throwable {
        String[] seat = new String[1];
        sessions.then(j -> {
            Yaml.load(SAVE);
            Yaml.loadWhole(
                    "jenkins: { labelAtoms: [ { name: licensed, properties: [ leastLoaded: { license: matlab } ] } ] }");
            LocalNode.add("n2", 1, "pool", "boot-2");
            WorkflowJob pipeline =
                    pipeline(j, "node('" + label + "') { sh 'until [ -e \"" + end() + "\" ]; do sleep 1; done' }");
            j.jenkins.setLabelString("licensed");
            if (label.equals("licensed")) {
                pipeline.removeProperty(LicenseProperty.class);
            }
            NodeScans.get().scan();
            WorkflowRun run = pipeline.scheduleBuild2(0).waitForStart();
            j.waitForMessage("+ ", run);
            Claim claim = onlyClaim();
            seat[0] = claim.id();
            Waiting.until(
                    () -> Instant.now()
                            .isAfter(claim.placedAt().plus(Claim.GRACE).plusSeconds(2)),
                    () -> "a scan may not refute the promise yet");
            NodeScans.get().scan();
            assertThat(onlyClaim().id()).as("a scan did not refute it").isEqualTo(seat[0]);
        });
        sessions.then(j -> {
            Work other = other(j);
            NodeScans.get().scan();
            Waiting.until(() -> other.why().contains("holds seats on 1 hosts (perUser 1)"), other::why);
            Waiting.until(() -> Jenkins.get().toComputer().countBusy() == 1, () -> "the Pipeline did not come back");
            Waiting.until(() -> NodeScans.get().ledger().seated()[0] == 1, () -> "not seated");
            NodeScans.get().scan();
            assertThat(onlyClaim().id()).isEqualTo(seat[0]);
            assertThat(other.isStarted()).isFalse();
            Files.createFile(end());
            WorkflowRun run =
                    j.jenkins.getItemByFullName("pipeline", WorkflowJob.class).getLastBuild();
            j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(run));
            assertThat(other.node()).isEqualTo("n2");
            other.end();
        });
    }

    @Test
    void seatOfANodeBlockThatDoesNotComeBackIsFreeOnceItsBuildHasEnded() throws Throwable {
        sessions.then(j -> {
            Yaml.load(SAVE);
            LocalNode.add("n2", 1, "pool", "boot-2");
            NodeScans.get().scan();
            WorkflowJob pipeline = pipeline(j, "node('built-in') { sleep 300 }");
            WorkflowRun run = pipeline.scheduleBuild2(0).waitForStart();
            j.waitForMessage("Sleeping", run);
            onlyClaim();
        });
        sessions.then(j -> {
            assertThat(SeatAllocatorTest.claims().size())
                    .as("held before the build is dealt with")
                    .isEqualTo(1);
            j.jenkins
                    .getItemByFullName("pipeline", WorkflowJob.class)
                    .getLastBuild()
                    .doKill();
            Work other = other(j);
            NodeScans.get().scan();
            assertThat(other.node()).isEqualTo("n2");
            other.end();
        });
    }

    private Path end() {
        return directory.resolve("end");
    }

    private static WorkflowJob pipeline(JenkinsRule j, String script) throws Exception {
        j.jenkins.setLabelString("built-in");
        WorkflowJob pipeline = j.createProject(WorkflowJob.class, "pipeline");
        pipeline.setDefinition(new CpsFlowDefinition(script, true));
        pipeline.addProperty(new LicenseProperty("matlab"));
        return pipeline;
    }

    private static Work other(JenkinsRule j) throws Exception {
        FreeStyleProject job = j.createFreeStyleProject("other");
        job.setAssignedLabel(Label.get("n2"));
        job.addProperty(new LicenseProperty("matlab"));
        Work other = new Work("other", "n2").of(job);
        j.jenkins.getQueue().schedule2(other, 0);
        return other;
    }

    private static Claim onlyClaim() {
        assertThat(SeatAllocatorTest.claims()).hasSize(1);
        return SeatAllocatorTest.claims().iterator().next();
    }
}
