package io.jenkins.plugins.loadshare.page;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Item;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.security.LoadsharePermissions;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.host.HostName;
import io.loadshare.testing.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Real jobs of real builds on this machine, as the page shows and ends them. */
@WithJenkins
@Tag("browser")
class JobsInBrowserTest {

    private static final String JOBS = "Running jobs of builds";

    private JenkinsRule jenkins;
    private Browser browser;

    @BeforeEach
    void start(JenkinsRule j) throws Exception {
        jenkins = j;
        browser = Browser.of(j);
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, LoadsharePermissions.VIEW)
                .everywhere()
                .to("viewer", "reader")
                .grant(Item.READ)
                .everywhere()
                .to("reader")
                .grant(Jenkins.READ)
                .everywhere()
                .to("nobody"));
        TestingHosts.configure("hosts: [ { name: here, local: true } ]");
    }

    @AfterEach
    void endEverything() throws Exception {
        try {
            for (BuildJob job : LoadshareService.get().jobs().running()) {
                LoadshareService.get().jobActions().abort(job, "test").get();
            }
        } finally {
            if (browser != null) {
                browser.close();
            }
        }
    }

    private WorkflowRun startJob(String script) throws Exception {
        WorkflowJob project = jenkins.createProject(WorkflowJob.class, "analysis");
        project.setDefinition(new CpsFlowDefinition("loadshare script: '" + script + "'", true));
        WorkflowRun run = project.scheduleBuild2(0).waitForStart();
        Waiting.until(
                Duration.ofMinutes(1),
                () -> {
                    assertThat(run.isBuilding()).as(() -> log(run)).isTrue();
                    return job().filter(known -> known.job().isPresent())
                            .filter(known -> !LoadshareService.get().jobs().isOrphan(known))
                            .isPresent();
                },
                () -> log(run));
        return run;
    }

    private String log(WorkflowRun run) {
        try {
            return run.getLog(100).toString();
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }

    private static Optional<BuildJob> job() {
        return LoadshareService.get().jobs().running().stream().findFirst();
    }

    /** Its build is gone from memory, as after a restart of Jenkins during a freestyle build. */
    private static String orphan() {
        String id = job().orElseThrow().id();
        LoadshareService.get().jobs().unfollow(id);
        return id;
    }

    @Test
    void aRunningJobIsAbortedAndItsBuildWithIt() throws Exception {
        WorkflowRun run = startJob("sleep 987");
        browser.logIn("admin");
        browser.open("loadshare/");
        WebElement jobs = browser.the("table", JOBS);
        String id = job().orElseThrow().id();
        assertThat(browser.column(jobs, 0)).isEqualTo(List.of(id));
        assertThat(browser.column(jobs, 1)).isEqualTo(List.of("running"));
        assertThat(browser.column(jobs, 2)).isEqualTo(List.of("here"));
        browser.picture("jobs");

        browser.the("link", "Abort " + id).sendKeys(Keys.ENTER);
        browser.the("button", "Yes").click();
        browser.await("a page without the job", d -> browser.has("heading", "Jobs") && !browser.has("table", JOBS));
        jenkins.waitForCompletion(run);
        assertThat(run.getResult().isBetterThan(Result.FAILURE)).as(log(run)).isFalse();
        jenkins.assertLogContains("Ended by admin", run);
        assertThat(isRunning("sleep 987")).isFalse();
    }

    @Test
    void anOrphanIsShownReadAndEnded() throws Exception {
        startJob("echo \"what it <b>said</b>\"; sleep 986");
        String id = orphan();
        browser.logIn("admin");
        browser.open("loadshare/");
        assertThat(browser.column(browser.the("table", JOBS), 1)).isEqualTo(List.of("orphaned"));

        browser.the("button", "Output " + id).click();
        browser.await(
                "the output", d -> d.findElement(By.tagName("body")).getText().contains("what it <b>said</b>"));

        browser.open("loadshare/");
        browser.the("link", "Abort " + id).click();
        browser.the("button", "Yes").click();
        browser.await("a page without the job", d -> browser.has("heading", "Jobs") && !browser.has("table", JOBS));
        assertThat(isRunning("sleep 986")).isFalse();
        assertThat(job()).isEqualTo(Optional.empty());
    }

    private static boolean isRunning(String command) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").endsWith(command));
    }

    @Test
    void whoMayOnlyLookSeesNoButtonsAndNoBuildThatIsNotTheirs() throws Exception {
        WorkflowRun run = startJob("sleep 985");
        String id = orphan();
        browser.logIn("viewer");
        browser.open("loadshare/");
        assertThat(browser.column(browser.the("table", JOBS), 4)).isEqualTo(List.of("–"));
        assertThat(browser.has("button", "Scan now")).isFalse();
        assertThat(browser.has("link", "Abort " + id)).isFalse();
        assertThat(browser.has("button", "Output " + id)).isFalse();

        browser.driver().manage().deleteAllCookies();
        browser.logIn("reader");
        browser.open("loadshare/");
        assertThat(browser.column(browser.the("table", JOBS), 4)).isEqualTo(List.of(run.getFullDisplayName()));
        assertThat(browser.has("link", "Abort " + id)).isFalse();
        browser.the("button", "Output " + id).click();
        browser.await(
                "the output", d -> d.findElement(By.tagName("body")).getText().contains("sleep 985"));
    }

    @Test
    void aPlacementTellsWhy() throws Exception {
        WorkflowRun run = startJob("sleep 984");
        browser.logIn("reader");
        browser.open("loadshare/");
        WebElement placements = browser.the("table", "Recent placements with their reasons");
        assertThat(browser.column(placements, 0))
                .isEqualTo(List.of(job().orElseThrow().id()));
        assertThat(browser.column(placements, 1)).isEqualTo(List.of(run.getFullDisplayName()));
        WebElement why = placements.findElement(By.tagName("summary"));
        assertThat(why.getText()).startsWith("Score ");
        assertThat(placements.getText()).doesNotContain("external");
        why.sendKeys(Keys.ENTER);
        browser.await("the terms of the score", d -> placements.getText().contains("external"));
        browser.picture("why");
    }

    @Test
    void aWaitingBuildIsInTheQueue() throws Exception {
        HostName here = new HostName("here");
        JenkinsState.get().directory().drain(here, "new disks", "root", Instant.now());
        WorkflowJob project = jenkins.createProject(WorkflowJob.class, "waiting");
        project.setDefinition(new CpsFlowDefinition("loadshare script: 'true'", true));
        WorkflowRun run = project.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("drained by root", run);
        browser.logIn("viewer");
        browser.open("loadshare/");
        WebElement queue = browser.the("table", "Builds that wait for a host");
        assertThat(browser.column(queue, 0)).isEqualTo(List.of("1"));
        assertThat(browser.column(queue, 3)).isEqualTo(List.of("–"));
        assertThat(browser.column(queue, 7).get(0)).contains("drained by root").contains("new disks");

        browser.driver().manage().deleteAllCookies();
        browser.logIn("reader");
        browser.open("loadshare/");
        assertThat(browser.column(browser.the("table", "Builds that wait for a host"), 3))
                .isEqualTo(List.of(run.getFullDisplayName()));
        browser.picture("queue");
        JenkinsState.get().directory().undrain(here);
        jenkins.assertBuildStatus(Result.SUCCESS, jenkins.waitForCompletion(run));
    }
}
