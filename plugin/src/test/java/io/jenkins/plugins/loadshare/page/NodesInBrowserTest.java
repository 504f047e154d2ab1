package io.jenkins.plugins.loadshare.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.loadshare.nodes.LocalNode;
import io.jenkins.plugins.loadshare.nodes.NodeLoad;
import io.jenkins.plugins.loadshare.nodes.NodeScans;
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
        assertEquals(List.of("Built-In Node", "gone", "n10", "n2", "windows"), browser.column(nodes, 0));
        assertEquals(List.of("up", "offline", "up", "up", "unknown"), browser.column(nodes, 1));
        assertEquals(List.of("1 of 2", "0 of 1", "0 of 2", "0 of 4", "0 of 1"), browser.column(nodes, 6));
        assertTrue(
                browser.column(nodes, 2).get(3).matches("[0-9]+\\.[0-9]{2}"),
                () -> browser.column(nodes, 2).toString());
        List<String> scores = browser.column(nodes, 9);
        assertTrue(scores.get(0).matches("[0-9]+\\.[0-9]{2}"), scores::toString);
        assertEquals("–", scores.get(1));
        List<String> remarks = browser.column(nodes, 11);
        assertEquals(List.of("", "<b>new</b> disks", "", ""), remarks.subList(0, 4));
        assertTrue(remarks.get(4).startsWith("Its load is unknown: it does not run Linux"), remarks.get(4));
        assertTrue(browser.has("link", "n10"));
        assertEquals(5, nodes.findElements(By.cssSelector("[role=img]")).size());
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
        assertEquals("Score", score.getAccessibleName());
        score.click();
        List<String> rising = browser.column(nodes, 9);
        assertEquals(List.of("–", "–"), rising.subList(3, 5), "what is unknown comes last");
        assertTrue(
                IntStream.range(1, 3)
                        .allMatch(i -> Double.parseDouble(rising.get(i - 1)) <= Double.parseDouble(rising.get(i))),
                rising::toString);
    }

    @Test
    void nodesAreNotShownWhereNobodyWantsTheirLoad() throws Exception {
        Yaml.load("hosts: []");
        browser.open("loadshare/");
        browser.the("heading", "Hosts");
        assertFalse(browser.has("heading", "Jenkins nodes"));
        assertFalse(browser.has("button", "Scan now"), "there is nothing to scan");
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
        return NodeLoad.all(PlacementSettings.DEFAULT, Instant.now()).stream()
                .filter(load -> load.computer().getName().equals(node))
                .flatMap(load -> load.status().report().stream())
                .map(LoadReport::measuredAt)
                .findFirst()
                .orElse(Instant.EPOCH);
    }

    @Test
    void jsonTellsTheSame() throws Exception {
        measure();
        JSONObject all = jenkins.getJSON("loadshare/api/json?depth=1").getJSONObject();
        JSONObject node = all.getJSONArray("nodes").getJSONObject(2);
        assertEquals("n10", node.getString("node"));
        assertEquals("n10", node.getString("host"));
        assertEquals("up", node.getString("state"));
        assertEquals("computer/n10/", node.getString("url"));
        assertEquals(0, node.getInt("busyExecutors"));
        assertEquals(2, node.getInt("executors"));
        assertTrue(node.getDouble("score") > 0);
        assertTrue(node.getDouble("age") >= 0);
        List<?> history = node.getJSONArray("history");
        assertEquals(LoadHistory.SLOTS, history.size());
        assertTrue(
                history.subList(LoadHistory.SLOTS - 2, LoadHistory.SLOTS).stream()
                        .anyMatch(load ->
                                load instanceof Number highest && highest.doubleValue() >= node.getDouble("load1")),
                "the highest load of the last ten minutes, or of those before if they have just begun: " + history);
        JSONObject gone = all.getJSONArray("nodes").getJSONObject(1);
        assertEquals("offline", gone.getString("state"));
        assertEquals("<b>new</b> disks", gone.getString("reason"));
    }
}
