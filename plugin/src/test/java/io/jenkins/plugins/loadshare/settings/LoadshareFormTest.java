package io.jenkins.plugins.loadshare.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Descriptor;
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
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class LoadshareFormTest {

    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0mmD7dpvWHGAJ1+0dPY8gRhUsy+vRXc8tzU0kl2pWc";

    @Test
    void formKeepsEverySetting(JenkinsRule j) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "imaging", "", "imaging", "s3cret"));
        Yaml.loadWhole(Yaml.readme());
        Yaml.load(
                "scan: { interval: 7m, check: \"test -d /imaging\\ndf /imaging\" }\n"
                        + "placement: { model: sciclust, maxLoad: \"3.5\", randomOrder: true }\n"
                        + "job: { nice: [] }\nhosts: [ { name: \"l[01-36],big1\", tags: [a, b], speed: \"2.5\" }, { name: here, local: true } ]");
        List<Object> before = Compared.of(Settings.current());
        String exported = Yaml.export();
        j.configRoundtrip();
        assertEquals(before, Compared.of(Settings.current()));
        assertEquals(
                exported.replaceAll("\\s+setupShell: \"bash\"", ""),
                Yaml.export().replaceAll("\\s+setupShell: \"bash\"", ""));
    }

    @Test
    void formKeepsEachHostKeyStrategy(JenkinsRule j) throws Exception {
        LoadshareConfiguration configuration = LoadshareConfiguration.get();
        configuration.getSsh().setHostKeys(new GivenKeysStrategy(List.of(KEY + "\n" + KEY + " again")));
        configuration.save();
        j.configRoundtrip();
        assertEquals(
                FixedHostKeys.class, Settings.current().hostKeys().orElseThrow().getClass());
        GivenKeysStrategy given = (GivenKeysStrategy) configuration.getSsh().getHostKeys();
        assertEquals(List.of(KEY, KEY + " again"), given.getKeys());

        configuration.getSsh().setHostKeys(new TrustOnFirstUseStrategy());
        configuration.save();
        j.configRoundtrip();
        assertEquals(
                TrustOnFirstUseStrategy.class,
                configuration.getSsh().getHostKeys().getClass());
    }

    @Test
    void whatIsEmptiedGoesBackToItsDefault(JenkinsRule j) throws Exception {
        Yaml.load(
                "hosts: [ { name: a, user: u } ]\npools: [ { name: p, hosts: a, usableBy: [x] } ]\nscan: { interval: 7m }");
        HtmlForm form = j.createWebClient().goTo("configure").getFormByName("config");
        input(form, "_.interval", "7m").setValue("");
        input(form, "_.user", "u").setValue("");
        form.getTextAreasByName("_.usableBy").get(0).setText("");
        j.submit(form);
        assertEquals(Duration.ofMinutes(5), Settings.current().core().scan().interval());
        assertTrue(Settings.current().core().inventory().at(0).user().isEmpty());
        assertEquals(List.of(), Settings.current().poolUsers().get("p").names());
    }

    @Test
    void deletingAllEntriesLeavesNone(JenkinsRule j) throws Exception {
        Yaml.load("hosts: [ { name: a } ]");
        HtmlForm form = j.createWebClient().goTo("configure").getFormByName("config");
        j.getButtonByCaption(form, "Delete host").click();
        j.submit(form);
        assertEquals(0, Settings.current().core().inventory().size());
    }

    @Test
    void savingAWrongValueSaysSoAndChangesNothing(JenkinsRule j) throws Exception {
        Yaml.load("hosts: [ { name: a } ]\nscan: { interval: 7m }");
        List<Object> before = Compared.of(Settings.current());
        JenkinsRule.WebClient client = j.createWebClient();
        client.setThrowExceptionOnFailingStatusCode(false);
        HtmlForm form = client.goTo("configure").getFormByName("config");
        input(form, "_.interval", "7m").setValue("9m");
        input(form, "_.name", "a").setValue("a[3-1]");
        HtmlPage answer = (HtmlPage) j.submit(form);
        assertEquals(400, answer.getWebResponse().getStatusCode());
        assertTrue(
                answer.asNormalizedText().contains("hosts 'a[3-1]': name: range '3-1' in 'a[3-1]' must increase"),
                answer.asNormalizedText());
        assertEquals(before, Compared.of(Settings.current()));
        assertEquals("7m", LoadshareConfiguration.get().getScan().getInterval());
    }

    @Test
    void placeholdersAreTheDefaults(JenkinsRule j) throws Exception {
        Yaml.load("scan: { interval: 7m }\nretry: { first: 1m }\nplacement: { maxRuns: 7, openQueryPenalty: \"7\" }");
        HtmlForm form = j.createWebClient().goTo("configure").getFormByName("config");
        for (Class<?> section : List.of(
                ScanSection.class, PlacementSection.class, RetrySection.class, QuerySection.class, JobSection.class)) {
            for (Field field : section.getDeclaredFields()) {
                form.getInputsByName("_." + field.getName()).forEach(LoadshareFormTest::typePlaceholder);
            }
        }
        j.submit(form);
        List<Object> explicit = Compared.of(Settings.current());
        LoadshareConfiguration configuration = LoadshareConfiguration.get();
        assertEquals("5m", configuration.getScan().getInterval());
        configuration.setScan(new ScanSection());
        configuration.setPlacement(new PlacementSection());
        configuration.setRetry(new RetrySection());
        configuration.setQuery(new QuerySection());
        configuration.setJob(new JobSection());
        configuration.save();
        assertEquals(explicit, Compared.of(Settings.current()));
    }

    @Test
    void onlyAdministratorsAreToldAnything(JenkinsRule j) throws Exception {
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
        assertEquals("<div/>", Requests.post(bob, check, "soon", ""));
        assertTrue(Requests.post(admin, check, "soon", "").contains("duration must be"));
        String fill = "descriptorByName/io.jenkins.plugins.loadshare.settings.SshSection/fillCredentialsIdItems";
        assertFalse(Requests.post(bob, fill, "", "credentialsId=mine").contains("imaging"));
        assertTrue(Requests.post(bob, fill, "", "credentialsId=mine").contains("mine"));
        assertTrue(Requests.post(admin, fill, "", "credentialsId=").contains("imaging"));
        for (String enumeration : List.of("PlacementSection/fillModelItems", "LicenseEntry/fillRuleItems")) {
            String url = "descriptorByName/io.jenkins.plugins.loadshare.settings." + enumeration;
            assertTrue(Requests.post(bob, url, "", "").contains("\"values\":[]"), enumeration);
        }
    }

    @Test
    void checksAnswerToPostOnly(JenkinsRule j) throws Exception {
        JenkinsRule.WebClient client = j.createWebClient();
        client.setThrowExceptionOnFailingStatusCode(false);
        for (Descriptor<?> descriptor : j.jenkins.getExtensionList(Descriptor.class)) {
            if (!descriptor.getClass().getName().startsWith("io.jenkins.plugins.loadshare.")) {
                continue;
            }
            for (var method : descriptor.getClass().getMethods()) {
                if (method.getName().startsWith("doCheck") || method.getName().startsWith("doFill")) {
                    String url = descriptor.getDescriptorUrl() + "/"
                            + method.getName().substring(2, 3).toLowerCase()
                            + method.getName().substring(3);
                    assertEquals(
                            404,
                            client.goTo(url + "?value=x", null).getWebResponse().getStatusCode(),
                            url);
                    Requests.post(client, url, "x", ""); // fails unless it is answered
                }
            }
        }
    }

    @Test
    void nothingSecretIsStored(JenkinsRule j) throws Exception {
        Yaml.loadWhole(Yaml.readme());
        String stored = Files.readString(
                j.jenkins.getRootDir().toPath().resolve(LoadshareConfiguration.class.getName() + ".xml"));
        assertTrue(stored.contains("<credentialsId>imaging</credentialsId>"));
        assertFalse(stored.contains("Secret") || stored.contains("password"), stored);
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
