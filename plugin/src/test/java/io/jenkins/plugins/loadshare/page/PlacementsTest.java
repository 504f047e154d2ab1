package io.jenkins.plugins.loadshare.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.steps.PlacedJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Which placements the page remembers. */
@WithJenkins
class PlacementsTest {

    private JenkinsRule jenkins;

    @BeforeEach
    void configure(JenkinsRule j) throws Exception {
        jenkins = j;
        SystemCredentialsProvider credentials = SystemCredentialsProvider.getInstance();
        credentials
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "imaging", "", "imaging", "s3cret"));
        credentials.save();
        TestingHosts.configure("hosts: [ { name: here, local: true }, { name: l1, address: 127.0.0.1, port: 1 },"
                + " { name: l2, address: 127.0.0.1, port: 1 } ]\nssh: { credentialsId: imaging }");
    }

    private WorkflowRun place(String job, int times) throws Exception {
        WorkflowJob project = jenkins.createProject(WorkflowJob.class, job);
        project.setDefinition(
                new CpsFlowDefinition("for (int i = 0; i < " + times + "; i++) { loadshare script: 'true' }", true));
        return jenkins.buildAndAssertSuccess(project);
    }

    /** What the page shows, not asked for over HTTP: a server that was asked cannot be restarted on its port at once. */
    private static List<PlacementRow> placements() {
        return LoadshareService.get().placements().newest().stream()
                .flatMap(placement -> PlacementRow.of(placement, Instant.now()).stream())
                .toList();
    }

    @Test
    void theyOutliveARestartWithTheirReasons() throws Throwable {
        place("first", 1);
        place("second", 1);
        List<String> before = placements().stream().map(PlacementRow::getJob).toList();
        assertThat(before).hasSize(2);
        jenkins.waitUntilNoActivity();
        jenkins.restart();
        List<PlacementRow> after = placements();
        assertThat(after.stream().map(PlacementRow::getJob).toList()).isEqualTo(before);
        assertThat(after.get(0).getBuild().name()).as("newest first").isEqualTo("second #1");
        for (PlacementRow placement : after) {
            assertThat(placement.getHost()).isEqualTo("here");
            PlacedJob.Candidate best = placement.getCandidates().get(0);
            assertThat(best.getHost()).isEqualTo("here");
            assertThat(best.getReason()).contains("external");
            assertThat(placement.getRefusals()).hasSize(2);
            assertThat(placement.getRefusals().get(0)).matches("l1: .*Connection refused.*");
        }
    }

    @Test
    void theNewestTwentyAreKept() throws Exception {
        place("first", 1);
        place("many", 20);
        assertThat(placements().stream().map(row -> row.getBuild().name()).toList())
                .isEqualTo(Collections.nCopies(20, "many #1"));
    }

    @Test
    void thatOfABuildThatWasDeletedIsGone() throws Exception {
        WorkflowRun run = place("first", 1);
        place("second", 1);
        run.delete();
        assertThat(placements()).hasSize(1);
    }

    @Test
    void aDamagedFileIsSkipped() throws Throwable {
        place("first", 1);
        Path file = jenkins.jenkins.getRootDir().toPath().resolve("loadshare/placements");
        Files.writeString(file, Files.readString(file).replace("end=", "placement=torn\nend="));
        jenkins.waitUntilNoActivity();
        jenkins.restart();
        assertThat(placements()).hasSize(1);
        Files.writeString(file, "junk");
        jenkins.restart();
        assertThat(placements()).isEmpty();
        place("second", 1);
        assertThat(placements()).hasSize(1);
    }
}
