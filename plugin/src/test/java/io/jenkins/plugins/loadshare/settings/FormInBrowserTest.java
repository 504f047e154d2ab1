package io.jenkins.plugins.loadshare.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.page.Browser;
import io.jenkins.plugins.loadshare.steps.Hosts;
import io.loadshare.testing.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.Select;

/** The form in Manage Jenkins, as administrators use it. */
@WithJenkins
@Tag("browser")
class FormInBrowserTest {

    private static JenkinsRule j;

    @TempDir
    Path directory;

    private Browser browser;

    @BeforeAll
    static void start(JenkinsRule rule) {
        j = rule;
    }

    @BeforeEach
    void open() throws Exception {
        browser = Browser.of(j);
        Yaml.load(
                "hosts: [ { name: \"l[01-36]\" }, { name: big1, address: 10.1.2.3, user: imaging, tags: [highmemory] } ]\n"
                        + "pools: [ { name: vnc, hosts: \"l[01-36]\" } ]\n"
                        + "licenses: [ { name: matlab, process: MATLAB, perUser: 8 } ]\n"
                        + "software: [ { name: spm, pool: vnc, license: matlab, versions: [ { name: spm12, path: /imaging/spm12 } ] } ]");
        browser.open("manage/configure");
        browser.await("the form", d -> browser.has("button", "Save"));
    }

    @AfterEach
    void close() throws Exception {
        if (browser != null) {
            browser.close();
        }
        SharedJenkins.empty(j);
    }

    private WebElement field(String name) {
        return browser.driver().findElement(By.name(name));
    }

    /** What is said beside a field. */
    private String saidBeside(WebElement field) {
        return (String) browser.script(
                "return arguments[0].closest('.jenkins-form-item')"
                        + ".querySelector('.validation-error-area').textContent",
                field);
    }

    @Test
    void saysBesideTheFieldWhatIsWrong() throws Exception {
        WebElement interval = field("_.interval");
        browser.script("arguments[0].scrollIntoView()", interval);
        interval.clear();
        interval.sendKeys("five minutes", Keys.TAB);
        browser.await("a complaint beside the field", d -> saidBeside(interval).contains("such as 30s or 1h30m"));
        browser.picture("settings-wrong");
    }

    @Test
    void everyFieldHasALabelAndItsHelp() throws Exception {
        browser.script("document.querySelectorAll('.advanced-button').forEach(button => button.click())");
        browser.picture("settings");
        browser.darken();
        browser.picture("settings-dark");
        String without = (String) browser.script("""
                const items = Array.from(document.querySelectorAll(".jenkins-section__title"))
                    .filter(title => title.textContent.trim().startsWith("Loadshare"))
                    .flatMap(title => Array.from(title.closest(".jenkins-section").querySelectorAll(".jenkins-form-item")))
                    .filter(item => item.querySelector("input[name^='_.'], textarea[name^='_.'], select[name^='_.']"));
                return (items.length < 50 ? "found only " + items.length + ": " : "") + items
                    .filter(item => !item.querySelector(".jenkins-help-button"))
                    .map(item => item.textContent.trim().slice(0, 40)).join("; ");
                """);
        assertThat(without).isEqualTo("");
    }

    @Test
    void nothingIsCalledEditedThatIsNot() throws Exception {
        assertThat( // of a plugin beside this one
                        browser.script(
                                "return Array.from(document.querySelectorAll('.advanced-customized-fields-info'),"
                                        + " e => e.dataset.customizedFields).join()"))
                .isEqualTo("[_.charset]");
    }

    @Test
    void aRefusedValueKeepsWhatWasTypedAndShowsItsField() throws Exception {
        WebElement interval = field("_.interval");
        interval.clear();
        interval.sendKeys("7m");
        WebElement port = browser.driver().findElements(By.name("_.port")).get(1); // of the host big1
        port.sendKeys("ssh");
        browser.the("button", "Save").click();
        browser.await(
                "the focus on the field", d -> d.switchTo().activeElement().equals(port));
        assertThat(saidBeside(port)).contains("port must be a whole number");
        assertThat(interval.getDomProperty("value")).isEqualTo("7m");
        browser.view("settings-refused");
        port.clear();

        WebElement model = field("_.maxRuns"); // folded
        browser.script("arguments[0].value = 'many'", model);
        browser.the("button", "Save").sendKeys(Keys.ENTER); // the message may cover it
        browser.await("the message beside the field", d -> saidBeside(model).contains("placement: maxRuns must be"));
        assertThat(model.isDisplayed()).isTrue();
        browser.script("arguments[0].value = ''", model);
        browser.the("button", "Save").sendKeys(Keys.ENTER); // the message may cover it
        browser.await("saved", d -> !d.getCurrentUrl().contains("/configure"));
        assertThat(Settings.current().core().scan().interval().toMinutes()).isEqualTo(7);
    }

    @Test
    void anErrorStandsOnceAtItsOwnFieldAndEmptyOnesAreNotRed() throws Exception {
        WebElement add = browser.the("button", "Add host");
        browser.script("arguments[0].scrollIntoView({ block: 'center' })", add);
        add.click();
        WebElement name = browser.await(
                "the new host",
                d -> d.findElements(By.name("_.name")).stream()
                        .filter(field -> field.isDisplayed()
                                && field.getDomProperty("value").isEmpty())
                        .findFirst()
                        .orElse(null));
        browser.script("arguments[0].scrollIntoView({ block: 'center' })", name);
        name.sendKeys("a'b");
        WebElement port = (WebElement) browser.script(
                "return arguments[0].closest('.repeated-chunk').querySelector('[name=\"_.port\"]')", name);
        port.sendKeys("ssh", Keys.TAB);
        browser.view("own-field");
        browser.await("the message of the port", d -> saidBeside(port).contains("port must be a whole number"));
        browser.await("the message of the name", d -> saidBeside(name).contains("letters, digits"));
        assertThat(complaints()).hasSize(2);
        name.clear();
        port.clear();
        port.sendKeys(Keys.TAB);
        browser.await("no message", d -> complaints().isEmpty());
    }

    @SuppressWarnings("unchecked")
    private List<String> complaints() {
        return (List<String>) browser.script("return Array.from(document.querySelectorAll("
                + "'.validation-error-area .error')).filter(e => e.checkVisibility()).map(e => e.textContent)");
    }

    @Test
    void aConnectionIsTestedBeforeItIsSaved() throws Exception {
        WebElement host = browser.driver()
                .findElements(By.cssSelector(".repeated-chunk[name=hosts]"))
                .get(1);
        WebElement address = host.findElement(By.name("_.address"));
        address.clear();
        address.sendKeys("127.0.0.1");
        host.findElement(By.name("_.port")).sendKeys("1");
        WebElement test = host.findElement(By.xpath(".//button[normalize-space() = 'Test connection']"));
        browser.script("arguments[0].scrollIntoView({ block: 'center' })", test);
        test.click();
        browser.await("why it fails", d -> host.getText().contains("Connection refused"));
        host.findElement(By.xpath(".//label[normalize-space() = 'This machine']"))
                .click();
        test.click();
        browser.await("an answer", d -> host.getText().contains("Host big1 answers: load "));
        browser.view("test-connection");
    }

    /** With the keyboard alone, and with credentials that are chosen but not saved yet. */
    @Test
    void anUnknownKeyIsTrustedInTheFormOfTheHost() throws Exception {
        try (Cluster cluster = Cluster.start(1)) {
            Path known = Files.writeString(directory.resolve("known_hosts"), "");
            Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
            Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "", "knownHostsFile: { path: \"" + known + "\" }"));
            browser.open("manage/configure");
            WebElement test = browser.the("button", "Test connection");
            WebElement credentials = browser.await(
                    "the credentials",
                    d -> d.findElement(By.cssSelector("#loadshare-ssh ~ * select[name='_.credentialsId']")));
            browser.await("the credential", d -> credentials.getText().contains("key"));
            new Select(credentials).selectByValue("key");
            test.sendKeys(Keys.ENTER);
            WebElement trust = browser.await(
                    "the key to trust",
                    d -> d.findElements(By.className("loadshare-trust")).stream()
                            .findFirst()
                            .orElse(null));
            assertThat(trust.getAccessibleName()).startsWith("Trust the key ssh-ed25519 SHA256:");
            WebElement status = browser.driver().findElement(By.cssSelector(".loadshare-test + [role=status]"));
            assertThat(status.getText()).contains("shows the unknown host key", "Compare the fingerprint");
            browser.assertAccessible(".loadshare-trust");
            browser.view("host-key");
            new Actions(browser.driver()).sendKeys(Keys.TAB).perform();
            assertThat(browser.driver().switchTo().activeElement()).isEqualTo(trust);
            assertThat(known).isEmptyFile();
            trust.sendKeys(Keys.ENTER);
            browser.await("an answer", d -> status.getText().contains("Host h1 answers: load "));
            assertThat(browser.driver().switchTo().activeElement()).isEqualTo(test);
            assertThat(Files.readAllLines(known)).hasSize(1);
        }
    }

    @Test
    void aChangeIsSaved() throws Exception {
        WebElement interval = field("_.interval");
        interval.clear();
        interval.sendKeys("7m");
        browser.the("button", "Save").click();
        browser.await("saved", d -> !d.getCurrentUrl().contains("/configure"));
        assertThat(Settings.current().core().scan().interval().toMinutes()).isEqualTo(7);
        assertThat(Settings.current().core().inventory().size()).isEqualTo(37);
    }
}
