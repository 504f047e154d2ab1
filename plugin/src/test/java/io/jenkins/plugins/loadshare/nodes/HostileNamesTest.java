package io.jenkins.plugins.loadshare.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.seats.LicenseProperty;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Waiting;
import java.util.ArrayList;
import java.util.List;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Names and texts that are markup come in nowhere, or are shown as text. */
@WithJenkins
class HostileNamesTest {

    private static final String MARKUP = "<img src=x onerror=alert(1)>";

    private JenkinsRule j;
    private final List<Work> works = new ArrayList<>();

    @BeforeEach
    void setUp(JenkinsRule rule) {
        j = rule;
    }

    @AfterEach
    void endWork() {
        works.forEach(Work::end);
    }

    private Work build(String name, String label, String license) throws Exception {
        FreeStyleProject job = j.createFreeStyleProject(name);
        job.addProperty(new LicenseProperty(license));
        Work build = new Work(name, label).of(job);
        works.add(build);
        j.jenkins.getQueue().schedule2(build, 0);
        return build;
    }

    /** Fails if a page has the markup as such, in its own text or in that of a tooltip. */
    private static HtmlPage shown(HtmlPage page) {
        assertThat(page.querySelectorAll("img[src=x], b").size())
                .as(page.asXml())
                .isEqualTo(0);
        page.querySelectorAll("[data-html-tooltip]").forEach(element -> {
            String tooltip =
                    element.getAttributes().getNamedItem("data-html-tooltip").getNodeValue();
            assertThat(!tooltip.contains("<img") && !tooltip.contains("<b>"))
                    .as(tooltip)
                    .isTrue();
        });
        return page;
    }

    @Test
    void configurationRefusesThem() {
        for (String yaml : new String[] {
            "hosts: [ { name: \"" + MARKUP + "\" } ]",
            "hosts: [ { name: \"a'b\" } ]",
            "hosts: [ { name: a } ]\npools: [ { name: \"" + MARKUP + "\", hosts: a } ]",
            "hosts: [ { name: a } ]\npools: [ { name: p, hosts: \"" + MARKUP + "\" } ]",
            "licenses: [ { name: \"" + MARKUP + "\", process: p, perUser: 1 } ]"
        }) {
            Throwable refused = catchThrowable(() -> Yaml.load(yaml));
            assertThat(refused).as(yaml).isNotNull();
            StringBuilder words = new StringBuilder();
            for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
                words.append(cause.getMessage()).append('\n');
            }
            boolean named = words.toString().contains("letters, digits")
                    || words.toString().contains("blanks do not separate hosts");
            assertThat(named).as(words::toString).isTrue();
            assertThat(Settings.current().core().inventory().size()).as(yaml).isEqualTo(0);
        }
    }

    @Test
    void namesOfNodesAndWhatAgentsAndJobsSayAreShownAsText() throws Exception {
        j.jenkins.setNumExecutors(0);
        Yaml.load("licenses: [ { name: matlab, process: MATLAB, perUser: 1, rule: save } ]");
        String node = "n \"o'clock\" (b)"; // Jenkins itself refuses < and >
        LocalNode.claiming(MARKUP, node, "one", "boot-1");
        LocalNode.add("other", 2, "two", "boot-2");
        NodeScans.get().scan();
        MachineInventory machines = NodeScans.get().machines();
        String machine = machines.name(machines.position(node)).value();
        assertThat(machine).matches("node-[-.\\w]*");
        assertThat(build("first", "one", "matlab").node()).isEqualTo(node);
        Work second = build("second", "two", "matlab");
        Waiting.until(() -> second.why().contains("holds seats on 1 hosts"), second::why);
        Work third = build("third", "two", MARKUP);
        Waiting.until(() -> third.why().contains("unknown license '" + MARKUP), third::why);
        JenkinsRule.WebClient client = j.createWebClient().withJavaScriptEnabled(false);
        assertThat(shown(client.goTo("")).asXml()).contains("third");
        shown(client.goTo("loadshare"));
    }

    @Test
    void agentThatClaimsNonsenseDoesNoHarmToOthers() throws Exception {
        Yaml.load("nodes: { leastLoaded: true }");
        String endless = "x".repeat(254);
        String longest = "y".repeat(253);
        LocalNode.claiming(endless, "endless", "", "boot-1");
        LocalNode.claiming(longest, "longest", "", "boot-2");
        LocalNode.add("well", 1, "", "boot-3");
        NodeScans.get().scan();
        MachineInventory machines = NodeScans.get().machines();
        assertThat(machines.position("endless")).isEqualTo(-1);
        assertThat(machines.position("longest")).isNotEqualTo(-1);
        assertThat(machines.position("well")).isNotEqualTo(-1);
        for (String user : new String[] {"a\nb", "x".repeat(300), null}) {
            assertThatThrownBy(() -> new NodeSample("Linux", "pid", "h", user, new byte[0]))
                    .isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void scriptsAndWhatTheyPrintAreShownAsText() throws Exception {
        Yaml.load("hosts: [ { name: here, local: true } ]\npools: [ { name: all, hosts: here } ]\n"
                + "placement: { slotsPerCore: none }");
        String printed = shown(console(Result.SUCCESS, "loadshare script: 'echo \"" + MARKUP + "\"'"))
                .asNormalizedText();
        assertThat(printed).contains(MARKUP);
        for (String wish : new String[] {"pool", "software", "hosts"}) {
            assertThat(refusal(wish, MARKUP)).contains("'" + MARKUP + "'");
        }
        assertThat(refusal("license", "<img/>")).as("blanks separate licenses").contains("'<img/>'");
    }

    private String refusal(String wish, String value) throws Exception {
        return shown(console(Result.FAILURE, "loadshare script: 'true', " + wish + ": '" + value + "'"))
                .asNormalizedText();
    }

    private HtmlPage console(Result expected, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        WorkflowRun run = j.assertBuildStatus(expected, job.scheduleBuild2(0));
        JenkinsRule.WebClient client = j.createWebClient();
        shown(client.getPage(run));
        if (expected == Result.SUCCESS) {
            shown(client.getPage(run, "where-it-ran"));
        }
        return client.getPage(run, "console");
    }
}
