package io.jenkins.plugins.loadshare.page;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.model.Job;
import hudson.model.Run;
import hudson.model.queue.QueueTaskFuture;
import hudson.triggers.TimerTrigger;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import jenkins.model.ParameterizedJobMixIn;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What {@code ./jenkins} shows: its configuration is taken, and its jobs run. */
@WithJenkins
class DemonstrationTest {

    private static final Path DEMO = Path.of("src/demo");

    @Test
    void everyJobRuns(JenkinsRule j) throws Exception {
        Path hosts = Files.writeString(
                j.jenkins.getRootDir().toPath().resolve("hosts.yaml"),
                "unclassified:\n  loadshare:\n    hosts:\n      - { name: here, local: true }\n"
                        + "    placement: { slotsPerCore: none }\n");
        ConfigurationAsCode.get().configure(DEMO.resolve("jenkins.yaml").toString(), hosts.toString());
        for (String name : jobs()) {
            try (InputStream xml =
                    Files.newInputStream(DEMO.resolve("jobs").resolve(name).resolve("config.xml"))) {
                Job<?, ?> job = (Job<?, ?>) Jenkins.get().createProjectFromXML(name, xml);
                QueueTaskFuture<?> build = ((ParameterizedJobMixIn.ParameterizedJob<?, ?>) job).scheduleBuild2(0);
                j.assertBuildStatusSuccess((Run<?, ?>) build.get());
            }
        }
        assertThat(j.jenkins
                        .getItemByFullName("scan", FreeStyleProject.class)
                        .getTrigger(TimerTrigger.class)
                        .getSpec())
                .isEqualTo("H/5 * * * *");
        assertLinkInSystemMessage(j);
        takePictures(j);
    }

    private static void assertLinkInSystemMessage(JenkinsRule j) throws Exception {
        try (JenkinsRule.WebClient client = j.createWebClient().withJavaScriptEnabled(false)) {
            HtmlAnchor link = client.goTo("").getFirstByXPath("//*[@id = 'systemmessage']//a");
            HtmlPage page = link.click();
            assertThat(page.getUrl()).hasPath("/jenkins/loadshare/");
        }
    }

    /** Keeps the pictures of the plugin's README: {@code src/dist/pictures} copies them. */
    private static void takePictures(JenkinsRule j) throws IOException {
        try (Browser browser = Browser.of(j)) {
            browser.open("loadshare/");
            browser.the("heading", "Last placements");
            browser.picture("demonstration");
            browser.open("label/analysis/");
            browser.the("heading", "analysis");
            browser.picture("demonstration-label");
            browser.open("job/pipeline/lastBuild/where-it-ran/");
            browser.the("heading", "Where it ran");
            browser.picture("demonstration-where");
            browser.open("manage/configure");
            browser.await("the form", d -> browser.has("button", "Save"));
            browser.script("document.querySelector('div[name=hosts]').scrollIntoView()");
            browser.view("demonstration-form");
        }
    }

    private static Set<String> jobs() throws IOException {
        try (Stream<Path> directories = Files.list(DEMO.resolve("jobs"))) {
            return directories
                    .map(directory -> directory.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
