package io.jenkins.plugins.loadshare.page;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.security.LoadsharePermissions;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.jenkins.plugins.loadshare.steps.LoadshareBuilder;
import io.jenkins.plugins.loadshare.steps.LoadshareStep;
import io.loadshare.host.HostName;
import io.loadshare.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Real jobs of real builds on this machine, as the page shows and ends them. */
@WithJenkins
@Tag("browser")
class JobsInBrowserTest {

    private static final String JOBS = "Running jobs of builds";
    private static final String PLACEMENTS = "Recent placements with their reasons";

    private static JenkinsRule jenkins;
    private Browser browser;

    @BeforeAll
    static void start(JenkinsRule j) {
        jenkins = j;
    }

    @BeforeEach
    void configure() throws Exception {
        JenkinsRule j = jenkins;
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
            SharedJenkins.empty(jenkins);
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
        browser.assertAccessible("#loadshare");
        browser.picture("jobs");

        browser.the("button", "Abort " + id).sendKeys(Keys.ENTER);
        browser.the("button", "Abort").click();
        browser.await(
                "a page without the job", d -> browser.has("heading", "Jobs of builds") && !browser.has("table", JOBS));
        jenkins.waitForCompletion(run);
        assertThat(run.getResult()).as(log(run)).isEqualTo(Result.ABORTED);
        jenkins.assertLogContains("Aborted by admin", run);
        assertThat(isRunning("sleep 987")).isFalse();
    }

    @Test
    void anAbortedFreestyleBuildIsAbortedToo() throws Exception {
        FreeStyleProject project = jenkins.createFreeStyleProject("free");
        project.getBuildersList().add(new LoadshareBuilder(new LoadshareStep("sleep 983")));
        FreeStyleBuild run = project.scheduleBuild2(0).waitForStart();
        Waiting.until(() -> job().filter(known -> known.job().isPresent()).isPresent(), () -> "no job: " + run);
        browser.logIn("admin");
        browser.open("loadshare/");
        browser.the("button", "Abort " + job().orElseThrow().id()).click();
        browser.the("button", "Abort").click();
        jenkins.waitForCompletion(run);
        assertThat(run.getResult()).isEqualTo(Result.ABORTED);
        jenkins.assertLogContains("Aborted by admin", run);
    }

    @Test
    void thePageFollowsByItselfAndLeavesTheReaderAlone() throws Exception {
        Path end = Files.createTempDirectory("end").resolve("now");
        WorkflowRun run = startJob("until [ -e " + end + " ]; do sleep 0.2; done");
        browser.logIn("viewer");
        browser.open("loadshare/");
        browser.the("table", JOBS);
        WebElement placements = browser.the("table", PLACEMENTS);
        placements.findElement(By.tagName("summary")).click();
        browser.script("window.mark = 1; getSelection().selectAllChildren(document.querySelector('#hosts tbody td'));"
                + " scrollTo(0, 100)");
        Object scrolled = browser.script("return scrollY");
        assertThat(browser.column(browser.the("table", JOBS), 1)).isEqualTo(List.of("running"));

        Files.createFile(end);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        browser.await("a page without the job", d -> !browser.has("table", JOBS));
        assertThat(browser.script("return window.mark")).as("not loaded again").isEqualTo(1L);
        assertThat(browser.script("return getSelection().toString()")).isEqualTo("here");
        assertThat(browser.script("return scrollY")).isEqualTo(scrolled);
        assertThat(placements.findElement(By.tagName("details")).getDomAttribute("open"))
                .as("what was folded out")
                .isNotNull();

        WorkflowJob project = jenkins.createProject(WorkflowJob.class, "next");
        project.setDefinition(new CpsFlowDefinition("loadshare script: 'true'", true));
        jenkins.buildAndAssertSuccess(project);
        browser.await("the next placement", d -> browser.column(placements, 0).size() == 2);
        assertThat(placements.findElements(By.cssSelector("details[open]"))).hasSize(1);
    }

    @Test
    void aLostControllerIsReportedAndAHiddenPageAsksNothing() throws Exception {
        browser.logIn("viewer");
        browser.open("loadshare/");
        browser.script("window.asked = 0; const real = window.fetch; window.down = true;"
                + " window.fetch = (...a) => { window.asked++; return window.down ? Promise.reject(new TypeError('down'))"
                + " : real(...a) }");
        browser.await(
                "the message",
                d -> browser.all("alert").stream()
                        .anyMatch(alert -> alert.getText().startsWith("Not updated since ")));
        browser.assertAccessible("#loadshare");
        browser.picture("lost");
        browser.script("window.down = false");
        browser.await("the message to go", d -> browser.all("alert").isEmpty());

        browser.script("Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
                + " setTimeout(() => { window.atFirst = window.asked }, 1000);" // one may be on its way
                + " setTimeout(() => { window.later = window.asked }, 8000)");
        browser.await("two polls' time in a hidden tab", d -> browser.script("return window.later") != null);
        assertThat(browser.script("return window.later - window.atFirst")).isEqualTo(0L);
        browser.script("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))");
        browser.await(
                "a poll of the visible page", d -> (Boolean) browser.script("return window.asked > window.later"));
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
        browser.the("button", "Abort " + id).click();
        browser.the("button", "Abort").click();
        browser.await(
                "a page without the job", d -> browser.has("heading", "Jobs of builds") && !browser.has("table", JOBS));
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
        assertThat(browser.has("button", "Abort " + id)).isFalse();
        assertThat(browser.has("button", "Output " + id)).isFalse();

        browser.driver().manage().deleteAllCookies();
        browser.logIn("reader");
        browser.open("loadshare/");
        assertThat(browser.column(browser.the("table", JOBS), 4)).isEqualTo(List.of(run.getFullDisplayName()));
        assertThat(browser.has("button", "Abort " + id)).isFalse();
        browser.the("button", "Output " + id).click();
        browser.await(
                "the output", d -> d.findElement(By.tagName("body")).getText().contains("sleep 985"));
    }

    @Test
    void aPlacementTellsWhy() throws Exception {
        WorkflowRun run = startJob("sleep 984");
        browser.logIn("reader");
        browser.open("loadshare/");
        WebElement placements = browser.the("table", PLACEMENTS);
        assertThat(browser.column(placements, 0))
                .isEqualTo(List.of(job().orElseThrow().id()));
        assertThat(browser.column(placements, 1)).isEqualTo(List.of(run.getFullDisplayName()));
        WebElement why = placements.findElement(By.tagName("summary"));
        assertThat(why.getText()).startsWith("Score ");
        assertThat(placements.getText()).doesNotContain("external");
        why.sendKeys(Keys.ENTER);
        browser.await("the terms of the score", d -> placements.getText().contains("external"));
        browser.assertAccessible("#loadshare");
        browser.picture("why");
    }

    @Test
    void whereABuildRanIsOneTableOfBoundedLength() throws Exception {
        WorkflowJob project = jenkins.createProject(WorkflowJob.class, "many");
        project.setDefinition(new CpsFlowDefinition(
                "withLoadshare { echo 'held' }\nfor (int i = 0; i < 3; i++) { loadshare 'true' }", true));
        WorkflowRun run = jenkins.buildAndAssertSuccess(project);
        jenkins.assertLogContains("Released the slot on here", run);
        jenkins.assertLogNotContains("KILLED", run);
        browser.logIn("reader");
        browser.driver().manage().window().setSize(new Dimension(420, 900));
        browser.open(run.getUrl());
        assertThat(browser.driver().findElement(By.id("main-panel")).getText()).contains("here: released after");
        assertThat(browser.all("link").stream()
                        .filter(link -> "page".equals(link.getDomAttribute("aria-current"))
                                || String.valueOf(link.getDomAttribute("class")).contains("task-link--active"))
                        .map(WebElement::getText)
                        .toList())
                .doesNotContain("Loadshare");
        assertThat(browser.tooWide()).isEmpty();
        browser.open(project.getUrl());
        browser.await("the badge in the list of builds", d -> browser.has("link", "Ran on here"));
        browser.open(run.getUrl() + "where-it-ran/");
        WebElement jobs = browser.the("table", "The jobs of this build, newest first");
        assertThat(browser.column(jobs, 3)).hasSize(4).last().asString().startsWith("released after");
        assertThat(browser.column(jobs, 3).get(0)).startsWith("exit status 0 after");
        assertThat(browser.all("heading")).hasSize(1);
        jobs.findElement(By.tagName("summary")).click();
        assertThat(browser.column(jobs.findElement(By.tagName("table")), 2).get(0))
                .matches("\\(external load .* \\+ own slots .* \\+ requested slots 1\\) / \\d+ cores = [0-9.]+");
        assertThat(browser.script("""
                const cells = arguments[0].rows[1].cells;
                return new Set(Array.from(cells, c => getComputedStyle(c).fontWeight + getComputedStyle(c).color)).size
                """, jobs))
                .as("the head of a row looks like its cells")
                .isEqualTo(1L);
        assertThat(browser.tooWide()).isEmpty();
        browser.picture("where-420");
        browser.driver().manage().window().setSize(new Dimension(1280, 900));
        browser.assertAccessible("#main-panel");
        browser.picture("where");
        browser.darken();
        browser.assertAccessible("#main-panel");
        browser.picture("where-dark");
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
        browser.assertAccessible("#loadshare");
        browser.picture("queue");
        JenkinsState.get().directory().undrain(here);
        jenkins.assertBuildStatus(Result.SUCCESS, jenkins.waitForCompletion(run));
    }
}
