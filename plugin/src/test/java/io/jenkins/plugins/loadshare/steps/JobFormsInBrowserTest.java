package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.page.Browser;
import io.jenkins.plugins.loadshare.seats.LicenseProperty;
import io.jenkins.plugins.loadshare.settings.Yaml;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

/** The forms of jobs and the Snippet Generator, as people use them. */
@WithJenkins
@Tag("browser")
class JobFormsInBrowserTest {

    private static JenkinsRule jenkins;
    private Browser browser;

    @BeforeAll
    static void start(JenkinsRule j) {
        jenkins = j;
    }

    @BeforeEach
    void open() throws Exception {
        browser = Browser.of(jenkins);
        Yaml.load(
                "hosts: [ { name: l01 } ]\npools: [ { name: vnc, hosts: l01 } ]\n"
                        + "licenses: [ { name: matlab, process: MATLAB, perUser: 8 } ]\n"
                        + "software: [ { name: spm, pool: vnc, versions: [ { name: spm8, path: /a }, { name: spm12, path: /b } ] } ]");
    }

    @AfterEach
    void close() throws Exception {
        if (browser != null) {
            browser.close();
        }
        SharedJenkins.empty(jenkins);
    }

    private void openFreestyle() throws Exception {
        FreeStyleProject project = jenkins.createFreeStyleProject("free");
        project.getBuildersList().add(new LoadshareBuilder(new LoadshareStep("./analyse.sh subj01")));
        project.getBuildersList().add(new ScanBuilder(new LoadshareScanStep()));
        project.addProperty(new LicenseProperty("matlab"));
        browser.open(project.getUrl() + "configure");
        browser.the("button", "Save");
        openAdvanced();
    }

    /** Opens what is folded in forms of ours, from without to within. */
    private void openAdvanced() {
        browser.script("Array.from(document.querySelectorAll('.repeated-chunk .advanced-button,"
                + " .dropdownList-container .advanced-button')).filter(button => button.checkVisibility())"
                + ".forEach(button => button.click())");
    }

    private WebElement field(String name) {
        return browser.await(
                "the field " + name,
                d -> d.findElements(By.name("_." + name)).stream()
                        .filter(WebElement::isDisplayed)
                        .findFirst()
                        .orElse(null));
    }

    private void type(String name, String text) {
        WebElement field = field(name);
        browser.script("arguments[0].scrollIntoView({ block: 'center' })", field);
        field.clear();
        field.sendKeys(text, Keys.TAB);
    }

    /** What is said beside a field. */
    private void awaitSaid(String name, String text) {
        browser.await(
                "'" + text + "' beside " + name,
                d -> ((String) browser.script(
                                "return arguments[0].closest('.jenkins-form-item')"
                                        + ".querySelector('.validation-error-area').textContent",
                                field(name)))
                        .contains(text));
    }

    @Test
    void everyFieldHasALabelAndItsHelp() throws Exception {
        openFreestyle();
        browser.picture("freestyle");
        browser.darken();
        browser.picture("freestyle-dark");
        String without = (String) browser.script("""
                return Array.from(document.querySelectorAll("[descriptorid^='io.jenkins.plugins.loadshare'] .jenkins-form-item"))
                    .filter(item => item.querySelector("input[name^='_.'], textarea[name^='_.'], select[name^='_.']"))
                    .filter(item => !item.querySelector(".jenkins-help-button")
                        || !item.querySelector(".jenkins-form-label, label")?.textContent.trim())
                    .map(item => item.textContent.trim().slice(0, 40)).join("; ");
                """);
        assertThat(without).isEqualTo("");
        assertThat(field("license").getDomProperty("value"))
                .as("the form of the license is there")
                .isEqualTo("matlab");
        assertThat(field("minMemory").isDisplayed()).isTrue();
    }

    @Test
    void nothingIsCalledEditedThatIsNot() throws Exception {
        openFreestyle();
        assertThat(browser.script("return Array.from(document.querySelectorAll('.advanced-customized-fields-info'),"
                        + " e => e.dataset.customizedFields).join()"))
                .isEqualTo("");
    }

    @Test
    void whatIsWrongIsSaidBesideItsField() throws Exception {
        openFreestyle();
        type("pool", "vnk");
        awaitSaid("pool", "did you mean 'vnc'?");
        type("minCores", "four");
        awaitSaid("minCores", "must be a number");
        type("slots", "-1");
        awaitSaid("slots", "may not be negative");
        type("env", "A");
        awaitSaid("env", "NAME=VALUE");
        type("command", "ls");
        awaitSaid("command", "command requires software");
        awaitSaid("script", "2 are set");
        type("software", "spn");
        awaitSaid("software", "unknown software 'spn'");
        awaitSaid("command", "");
        type("version", "12");
        browser.await(
                "every other field is without a complaint", d -> complaints().size() == 6);
        assertThat(complaints()).as("the same is said once").doesNotHaveDuplicates();
        browser.picture("freestyle-wrong");
    }

    @SuppressWarnings("unchecked")
    private List<String> complaints() {
        return (List<String>) browser.script("return Array.from(document.querySelectorAll("
                + "'.validation-error-area .error')).filter(e => e.checkVisibility()).map(e => e.textContent)");
    }

    @Test
    void aCommandThatCannotBeStoredKeepsTheFormOpen() throws Exception {
        openFreestyle();
        type("command", "echo 'open");
        browser.await("the message", d -> !complaints().isEmpty());
        browser.the("button", "Save").click();
        browser.await(
                "the focus on the field",
                d -> "_.command".equals(d.switchTo().activeElement().getDomAttribute("name")));
        type("command", "");
        browser.await("no message", d -> complaints().isEmpty());
        browser.the("button", "Save").click();
        browser.await("saved", d -> !d.getCurrentUrl().contains("/configure"));
    }

    @Test
    void whatWasNotTouchedIsNotRed() throws Exception {
        choose("loadshare");
        browser.await("the field wait", d -> {
            openAdvanced(); // until Jenkins' scripts have prepared the button
            return d.findElement(By.name("_.wait")).isDisplayed();
        });
        type("wait", "soon");
        awaitSaid("wait", "such as 30s");
        assertThat(complaints()).hasSize(1);
        openFreestyle();
        browser.await("the license", d -> "matlab".equals(field("license").getDomProperty("value")));
        type("wait", "soon");
        awaitSaid("wait", "such as 30s");
        assertThat(complaints()).hasSize(1);
    }

    private void choose(String step) throws Exception {
        WorkflowJob project = jenkins.createProject(WorkflowJob.class, "pipeline");
        browser.open(project.getUrl() + "pipeline-syntax/");
        WebElement sample = browser.await("the steps", d -> d.findElement(By.cssSelector("select.dropdownList")));
        Select steps = new Select(sample);
        steps.selectByVisibleText(steps.getOptions().stream()
                .map(WebElement::getText)
                .filter(text -> text.startsWith(step + ": "))
                .findFirst()
                .orElseThrow());
        field("pool");
    }

    private void assertGenerated(String snippet) {
        browser.the("button", "Generate Pipeline Script").click();
        browser.await(
                "the snippet " + snippet,
                d -> snippet.equals(d.findElement(By.id("prototypeText")).getDomProperty("value")));
    }

    @Test
    void generatorWritesOnlyWhatIsSet() throws Exception {
        choose("loadshare");
        type("script", "make");
        assertGenerated("loadshare 'make'");
        openAdvanced();
        browser.picture("snippet");
        assertThat(browser.driver()
                        .findElements(By.cssSelector(".advanced-customized-fields-info"))
                        .size())
                .isEqualTo(0);
        type("pool", "vnc");
        type("tags", "big fast");
        type("slots", "2");
        type("dir", "study");
        type("env", "A=1\nB=2");
        assertGenerated("loadshare dir: 'study', env: ['A=1', 'B=2'], pool: 'vnc', script: 'make', slots: 2,"
                + " tags: ['big', 'fast']");
    }

    @Test
    void generatorAndFreestyleFormSuggestConfiguredNames() throws Exception {
        choose("loadshare");
        awaitSuggested("pool", "vnc");
        awaitSuggested("license", "matlab");
        awaitSuggested("version", "");
        type("software", "spm");
        awaitSuggested("version", "spm8,spm12");
        openFreestyle();
        awaitSuggested("pool", "vnc");
    }

    private void awaitSuggested(String name, String names) {
        browser.await(
                "the suggestions " + names + " for " + name,
                d -> names.equals(browser.script("return Array.from(document.querySelector(\"input[name='_." + name
                        + "']\").list.options, option => option.value).join()")));
    }

    @Test
    void generatorWritesBlocks() throws Exception {
        choose("withLoadshare");
        assertGenerated("withLoadshare {\n    // some block\n}");
        openAdvanced();
        type("pool", "vnc");
        type("license", "matlab");
        type("wait", "10m");
        field("scan").findElement(By.xpath("following-sibling::label")).click();
        assertGenerated(
                "withLoadshare(license: 'matlab', pool: 'vnc', scan: false, wait: '10m') {\n" + "    // some block\n}");
    }

    @Test
    void generatorWritesScans() throws Exception {
        choose("loadshareScan");
        assertGenerated("loadshareScan()");
        type("pool", "vnc");
        type("minReachable", "30");
        assertGenerated("loadshareScan minReachable: 30, pool: 'vnc'");
    }
}
