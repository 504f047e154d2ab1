package io.jenkins.plugins.loadshare.page;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.loadshare.nodes.LocalNode;
import io.jenkins.plugins.loadshare.nodes.NodeScans;
import io.jenkins.plugins.loadshare.nodes.Work;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.PlacementSettings;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import jenkins.util.NonLocalizable;
import net.sf.json.JSONObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.SleepBuilder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** The nodes of Jenkins on the page, as people use them. */
@WithJenkins
@Tag("browser")
class NodesInBrowserTest {

    private static final String NODES =
            "Jenkins nodes with the load of their machines, as last measured through their agents."
                    + " Click a column head to sort.";

    private JenkinsRule jenkins;
    private Browser browser;

    @BeforeEach
    void start(JenkinsRule j) throws Exception {
        jenkins = j;
        browser = Browser.of(j);
        j.jenkins.setNumExecutors(2);
        LocalNode.add("n2", 4, "any", "boot-2");
        LocalNode.add("n10", 2, "any", "boot-10");
        LocalNode.add("windows", 1, "any", "boot-w", "Windows 11");
        DumbSlave gone = new DumbSlave("gone", "/nowhere", new JNLPLauncher());
        j.jenkins.addNode(gone);
        gone.toComputer().setTemporaryOfflineCause(OfflineCause.create(new NonLocalizable("<b>new</b> disks")));
    }

    @AfterEach
    void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    private void measure() throws Exception {
        Yaml.load("nodes: { leastLoaded: true }");
        NodeScans.get().scan();
    }

    @Test
    void eachNodeHasTheLoadOfItsMachineAndItsBusyExecutors() throws Exception {
        measure();
        FreeStyleProject project = jenkins.createFreeStyleProject();
        project.setAssignedNode(jenkins.jenkins);
        project.getBuildersList().add(new SleepBuilder(60_000));
        var build = project.scheduleBuild2(0).waitForStart();
        browser.open("loadshare/");
        WebElement nodes = browser.the("table", NODES);
        assertThat(browser.column(nodes, 0)).isEqualTo(List.of("Built-In Node", "gone", "n10", "n2", "windows"));
        assertThat(browser.column(nodes, 1)).isEqualTo(List.of("up", "offline", "up", "up", "unknown"));
        assertThat(browser.column(nodes, 6)).isEqualTo(List.of("1 of 2", "0 of 1", "0 of 2", "0 of 4", "0 of 1"));
        assertThat(browser.column(nodes, 2).get(3))
                .as(() -> browser.column(nodes, 2).toString())
                .matches("[0-9]+\\.[0-9]{2}");
        List<String> scores = browser.column(nodes, 9);
        assertThat(scores.get(0)).as(scores::toString).matches("[0-9]+\\.[0-9]{2}");
        assertThat(scores.get(1)).isEqualTo("–");
        List<String> remarks = browser.column(nodes, 11);
        assertThat(remarks.subList(0, 4)).isEqualTo(List.of("", "<b>new</b> disks", "", ""));
        assertThat(remarks.get(4)).startsWith("Its load is unknown: it does not run Linux");
        assertThat(browser.has("link", "n10")).isTrue();
        assertThat(nodes.findElements(By.cssSelector("[role=img]")).size()).isEqualTo(5);
        browser.assertAccessible("#nodes");
        browser.picture("nodes");
        build.doStop();
        jenkins.waitForCompletion(build);
    }

    @Test
    void tableSortsByItsHead() throws Exception {
        measure();
        browser.open("loadshare/");
        WebElement nodes = browser.the("table", NODES);
        browser.the("button", "Busy executors");
        WebElement score = nodes.findElements(By.tagName("button")).get(9);
        assertThat(score.getAccessibleName()).isEqualTo("Score");
        score.click();
        List<String> rising = browser.column(nodes, 9);
        assertThat(rising.subList(3, 5)).as("what is unknown comes last").isEqualTo(List.of("–", "–"));
        assertThat(IntStream.range(1, 3)
                        .allMatch(i -> Double.parseDouble(rising.get(i - 1)) <= Double.parseDouble(rising.get(i))))
                .as(rising::toString)
                .isTrue();
    }

    @Test
    void nodesAreNotShownWhereNobodyWantsTheirLoad() throws Exception {
        Yaml.load("hosts: []");
        browser.open("loadshare/");
        browser.the("heading", "Hosts");
        assertThat(browser.has("heading", "Jenkins nodes")).isFalse();
        assertThat(browser.has("button", "Scan now"))
                .as("there is nothing to scan")
                .isFalse();
    }

    @Test
    void scanNowMeasuresNodesToo() throws Exception {
        Yaml.load("nodes: { leastLoaded: true }");
        Instant configured = Instant.now();
        NodeScans.get().run(); // so that it does not do that by itself later
        browser.await(
                "nodes that were measured by themselves", d -> measuredAt("n10").isAfter(configured));
        Instant before = Instant.now();
        browser.open("loadshare/");
        browser.the("button", "Scan now").click();
        browser.await(
                "nodes that were measured after that", d -> measuredAt("n10").isAfter(before));
        browser.await("a page that shows so", d -> {
            List<String> ages = browser.column(browser.the("table", NODES), 10);
            return !browser.the("status", "").getText().contains("Scanning")
                    && ages.get(2).matches("\\d+s");
        });
    }

    private static Instant measuredAt(String node) {
        return NodeScans.get().loads(PlacementSettings.DEFAULT, Instant.now()).stream()
                .filter(load -> load.computer().getName().equals(node))
                .flatMap(load -> load.status().report().stream())
                .map(LoadReport::measuredAt)
                .findFirst()
                .orElse(Instant.EPOCH);
    }

    @Test
    void pageOfALabelShowsItsNodesSeatsAndPlacements() throws Exception {
        String hostile = "<b>label</b>";
        LocalNode.add("n3", 2, "'" + hostile + "'", "boot-3");
        Yaml.loadWhole("jenkins:\n  labelAtoms:\n    - name: \"" + hostile
                + "\"\n      properties: [ leastLoaded: { license: matlab } ]\n"
                + "unclassified:\n  loadshare:\n"
                + "    licenses: [ { name: matlab, process: MATLAB, perUser: 1, rule: save } ]\n");
        browser.open("label/any/");
        assertThat(browser.has("heading", "Last placements")).isFalse();
        NodeScans.get().scan();
        Label label = jenkins.jenkins.getLabelAtom(hostile);
        FreeStyleProject project = jenkins.createFreeStyleProject("job");
        Work build = new Work("build", label.getExpression()).of(project);
        jenkins.jenkins.getQueue().schedule2(build, 0);
        assertThat(build.node()).isEqualTo("n3");
        browser.open(label.getUrl());
        assertThat(browser.has("heading", hostile)).isTrue();
        WebElement nodes = browser.the("table", NODES);
        assertThat(browser.column(nodes, 0)).isEqualTo(List.of("n3"));
        assertThat(browser.column(nodes, 1)).isEqualTo(List.of("up"));
        assertThat(browser.column(nodes, 6)).isEqualTo(List.of("1 of 2"));
        assertThat(nodes.findElements(By.cssSelector("[role=img]")).size()).isEqualTo(1);
        assertThat(browser.column(browser.the("table", "Licenses with their rules and holders"), 4)
                        .get(0))
                .contains(" on n3, 1 job");
        WebElement placements = browser.the("table", "Recent placements of builds for this label");
        assertThat(browser.column(placements, 1)).isEqualTo(List.of("n3"));
        assertThat(browser.column(placements, 3).get(0)).matches("[0-9]+\\.[0-9]{2}");
        browser.assertAccessible("#nodes");
        browser.assertAccessible("#placements");
        browser.picture("label");
        build.end();
    }

    @Test
    void jsonTellsTheSame() throws Exception {
        measure();
        JSONObject all = jenkins.getJSON("loadshare/api/json?depth=1").getJSONObject();
        JSONObject node = all.getJSONArray("nodes").getJSONObject(2);
        assertThat(node.getString("node")).isEqualTo("n10");
        assertThat(node.getString("host")).isEqualTo("n10");
        assertThat(node.getString("state")).isEqualTo("up");
        assertThat(node.getString("url")).isEqualTo("computer/n10/");
        assertThat(node.getInt("busyExecutors")).isEqualTo(0);
        assertThat(node.getInt("executors")).isEqualTo(2);
        assertThat(node.getDouble("score") > 0).isTrue();
        assertThat(node.getDouble("age") >= 0).isTrue();
        List<?> history = node.getJSONArray("history");
        assertThat(history.size()).isEqualTo(LoadHistory.SLOTS);
        assertThat(history.subList(LoadHistory.SLOTS - 2, LoadHistory.SLOTS).stream()
                        .anyMatch(load ->
                                load instanceof Number highest && highest.doubleValue() >= node.getDouble("load1")))
                .as("the highest load of the last ten minutes, or of those before if they have just begun: " + history)
                .isTrue();
        JSONObject gone = all.getJSONArray("nodes").getJSONObject(1);
        assertThat(gone.getString("state")).isEqualTo("offline");
        assertThat(gone.getString("reason")).isEqualTo("<b>new</b> disks");
    }
}
