package io.jenkins.plugins.loadshare.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Descriptor;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.security.GivenKeysStrategy;
import io.jenkins.plugins.loadshare.security.TrustOnFirstUseStrategy;
import io.loadshare.transport.FixedHostKeys;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class LoadshareFormTest {

    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0mmD7dpvWHGAJ1+0dPY8gRhUsy+vRXc8tzU0kl2pWc";

    private static JenkinsRule j;

    @BeforeAll
    static void start(JenkinsRule rule) {
        j = rule;
    }

    @AfterEach
    void empty() throws Exception {
        SharedJenkins.empty(j);
    }

    @Test
    void formKeepsEverySetting() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "imaging", "", "imaging", "s3cret"));
        Yaml.loadWhole(Yaml.readme());
        Yaml.load(
                "scan: { interval: 7m, check: \"test -d /imaging\\ndf /imaging\" }\n"
                        + "placement: { model: sciclust, maxLoad: \"3.5\", slotsPerCore: none, randomOrder: true }\n"
                        + "job: { nice: [] }\nhosts: [ { name: \"l[01-36],big1\", tags: [a, b], speed: \"2.5\" }, { name: here, local: true } ]");
        List<Object> before = Compared.of(Settings.current());
        String exported = Yaml.export();
        j.configRoundtrip();
        assertThat(Compared.of(Settings.current())).isEqualTo(before);
        assertThat(Yaml.export().replaceAll("\\s+setupShell: \"bash\"", ""))
                .isEqualTo(exported.replaceAll("\\s+setupShell: \"bash\"", ""));
    }

    @Test
    void formKeepsEachHostKeyStrategy() throws Exception {
        LoadshareConfiguration configuration = LoadshareConfiguration.get();
        configuration.getSsh().setHostKeys(new GivenKeysStrategy(List.of(KEY + "\n" + KEY + " again")));
        configuration.save();
        j.configRoundtrip();
        assertThat(Settings.current().hostKeys().orElseThrow().getClass()).isEqualTo(FixedHostKeys.class);
        GivenKeysStrategy given = (GivenKeysStrategy) configuration.getSsh().getHostKeys();
        assertThat(given.getKeys()).isEqualTo(List.of(KEY, KEY + " again"));

        configuration.getSsh().setHostKeys(new TrustOnFirstUseStrategy());
        configuration.save();
        j.configRoundtrip();
        assertThat(configuration.getSsh().getHostKeys().getClass()).isEqualTo(TrustOnFirstUseStrategy.class);
    }

    @Test
    void whatIsEmptiedGoesBackToItsDefault() throws Exception {
        Yaml.load(
                "hosts: [ { name: a, user: u } ]\npools: [ { name: p, hosts: a, usableBy: [x] } ]\nscan: { interval: 7m }");
        HtmlForm form = j.createWebClient().goTo("configure").getFormByName("config");
        input(form, "_.interval", "7m").setValue("");
        input(form, "_.user", "u").setValue("");
        form.getTextAreasByName("_.usableBy").get(0).setText("");
        j.submit(form);
        assertThat(Settings.current().core().scan().interval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(Settings.current().core().inventory().at(0).user()).isEmpty();
        assertThat(Settings.current().poolUsers().get("p").names()).isEmpty();
    }

    @Test
    void deletingAllEntriesLeavesNone() throws Exception {
        Yaml.load("hosts: [ { name: a } ]");
        HtmlForm form = j.createWebClient().goTo("configure").getFormByName("config");
        j.getButtonByCaption(form, "Delete host").click();
        j.submit(form);
        assertThat(Settings.current().core().inventory().size()).isEqualTo(0);
    }

    @Test
    void savingAWrongValueSaysSoAndChangesNothing() throws Exception {
        Yaml.load("hosts: [ { name: a } ]\nscan: { interval: 7m }");
        List<Object> before = Compared.of(Settings.current());
        JenkinsRule.WebClient client = j.createWebClient();
        client.setThrowExceptionOnFailingStatusCode(false);
        HtmlForm form = client.goTo("configure").getFormByName("config");
        input(form, "_.interval", "7m").setValue("9m");
        input(form, "_.name", "a").setValue("a[3-1]");
        HtmlPage answer = (HtmlPage) j.submit(form);
        assertThat(answer.getWebResponse().getStatusCode()).isEqualTo(400);
        assertThat(answer.asNormalizedText()).contains("hosts 'a[3-1]': name: range '3-1' in 'a[3-1]' must increase");
        assertThat(Compared.of(Settings.current())).isEqualTo(before);
        assertThat(LoadshareConfiguration.get().getScan().getInterval()).isEqualTo("7m");
    }

    @Test
    void placeholdersAreTheDefaults() throws Exception {
        Yaml.load("scan: { interval: 7m }\nretry: { first: 1m }\nplacement: { maxRuns: 7, openQueryPenalty: \"7\" }");
        HtmlForm form = j.createWebClient().goTo("configure").getFormByName("config");
        for (Class<?> section : List.of(
                ScanSection.class,
                PlacementSection.class,
                RetrySection.class,
                QuerySection.class,
                JobSection.class,
                DesktopSection.class)) {
            for (Field field : section.getDeclaredFields()) {
                form.getInputsByName("_." + field.getName()).forEach(LoadshareFormTest::typePlaceholder);
            }
        }
        j.submit(form);
        List<Object> explicit = Compared.of(Settings.current());
        LoadshareConfiguration configuration = LoadshareConfiguration.get();
        assertThat(configuration.getScan().getInterval()).isEqualTo("5m");
        configuration.setScan(new ScanSection());
        configuration.setPlacement(new PlacementSection());
        configuration.setRetry(new RetrySection());
        configuration.setQuery(new QuerySection());
        configuration.setJob(new JobSection());
        configuration.setDesktop(new DesktopSection());
        configuration.save();
        assertThat(Compared.of(Settings.current())).isEqualTo(explicit);
    }

    @Test
    void onlyAdministratorsAreToldAnything() throws Exception {
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        j.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ)
                .everywhere()
                .to("bob"));
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "imaging", "", "imaging", "s3cret"));
        JenkinsRule.WebClient bob = j.createWebClient().login("bob");
        JenkinsRule.WebClient admin = j.createWebClient().login("admin");
        String check = "descriptorByName/io.jenkins.plugins.loadshare.settings.ScanSection/checkInterval";
        assertThat(Requests.post(bob, check, "soon", "")).isEqualTo("<div/>");
        assertThat(Requests.post(admin, check, "soon", "")).contains("duration must be");
        String fill = "descriptorByName/io.jenkins.plugins.loadshare.settings.SshSection/fillCredentialsIdItems";
        assertThat(Requests.post(bob, fill, "", "credentialsId=mine")).doesNotContain("imaging");
        assertThat(Requests.post(bob, fill, "", "credentialsId=mine")).contains("mine");
        assertThat(Requests.post(admin, fill, "", "credentialsId=")).contains("imaging");
        for (String enumeration : List.of("PlacementSection/fillModelItems", "LicenseEntry/fillRuleItems")) {
            String url = "descriptorByName/io.jenkins.plugins.loadshare.settings." + enumeration;
            assertThat(Requests.post(bob, url, "", "")).as(enumeration).contains("\"values\":[]");
        }
    }

    @Test
    void checksAnswerToPostOnly() throws Exception {
        JenkinsRule.WebClient client = j.createWebClient();
        client.setThrowExceptionOnFailingStatusCode(false);
        for (Descriptor<?> descriptor : j.jenkins.getExtensionList(Descriptor.class)) {
            for (var method : descriptor.getClass().getMethods()) {
                if (method.getName().matches("do(Check|Fill).*")
                        && method.getDeclaringClass().getName().startsWith("io.jenkins.plugins.loadshare.")) {
                    String url = descriptor.getDescriptorUrl() + "/"
                            + method.getName().substring(2, 3).toLowerCase()
                            + method.getName().substring(3);
                    assertThat(client.goTo(url + "?value=x", null)
                                    .getWebResponse()
                                    .getStatusCode())
                            .as(url)
                            .isEqualTo(404);
                    Requests.post(client, url, "x", ""); // fails unless it is answered
                }
            }
        }
    }

    @Test
    void nothingSecretIsStored() throws Exception {
        Yaml.loadWhole(Yaml.readme());
        String stored = Files.readString(
                j.jenkins.getRootDir().toPath().resolve(LoadshareConfiguration.class.getName() + ".xml"));
        assertThat(stored).contains("<credentialsId>imaging</credentialsId>");
        assertThat(stored.contains("Secret") || stored.contains("password"))
                .as(stored)
                .isFalse();
    }

    private static HtmlInput input(HtmlForm form, String name, String value) {
        return form.getInputsByName(name).stream()
                .filter(input -> input.getValue().equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no input " + name + " with value " + value));
    }

    private static void typePlaceholder(HtmlInput input) {
        if (!input.getPlaceholder().isEmpty()) {
            input.setValue(input.getPlaceholder());
        }
    }
}
