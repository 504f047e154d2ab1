package io.jenkins.plugins.loadshare.seats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import io.jenkins.plugins.loadshare.nodes.LocalNode;
import io.jenkins.plugins.loadshare.nodes.NodeScans;
import io.jenkins.plugins.loadshare.nodes.Work;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.load.LoadBoard;
import io.loadshare.testing.ReportBuilder;
import io.loadshare.testing.Waiting;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class SeatAllocatorTest {

    private static final String SAVE = "licenses: [ { name: matlab, process: MATLAB, perUser: 1, rule: save } ]";

    private JenkinsRule j;
    private final List<Work> builds = new ArrayList<>();

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        j = rule;
        j.jenkins.setNumExecutors(0);
        LocalNode.add("n1", 4, "pool", "boot-1");
        LocalNode.add("n2", 4, "pool", "boot-2");
    }

    @AfterEach
    void endBuilds() {
        builds.forEach(Work::end);
    }

    private Work build(String name, String label) throws Exception {
        return build(name, label, "matlab");
    }

    private Work build(String name, String label, String license) throws Exception {
        FreeStyleProject job = j.createFreeStyleProject(name);
        if (license != null) {
            job.addProperty(new LicenseProperty(license));
        }
        Work build = new Work(name, label).of(job);
        builds.add(build);
        j.jenkins.getQueue().schedule2(build, 0);
        return build;
    }

    private void configure(String yaml) throws Exception {
        Yaml.load(yaml);
        NodeScans.get().scan();
    }

    @Test
    void buildWaitsForASeatAndSaysWhyUntilOneIsFree() throws Exception {
        configure(SAVE);
        Work first = build("first", "pool");
        String here = first.node();
        String there = here.equals("n1") ? "n2" : "n1";
        Work same = build("same", "pool");
        assertEquals(here, same.node(), "a seat that is held already costs nothing");
        Work other = build("other", there);
        Waiting.until(() -> other.why().contains("holds seats on 1 hosts (perUser 1)"), other::why);
        assertTrue(other.why().startsWith("Waiting for a seat of license matlab: "), other.why());
        assertFalse(other.isStarted());
        first.end();
        same.end();
        assertEquals(there, other.node());
    }

    @Test
    void limitOfJobsKeepsFurtherOnesWhereTheUserHasSome() throws Exception {
        configure("licenses: [ { name: matlab, process: MATLAB, perUser: 2, rule: spread } ]");
        assertEquals("n1", build("one", "n1").node());
        assertEquals("n1", build("two", "n1").node());
        assertEquals("n1", build("three", "pool").node());
        Work other = build("four", "n2");
        Waiting.until(() -> other.why().contains("has 3 jobs (perUser 2)"), other::why);
        assertFalse(other.isStarted());
    }

    @Test
    void seatIsOnTheMachineOfTheBuildAndGivenBackAtItsEnd() throws Exception {
        configure(SAVE);
        Work build = build("build", "pool");
        String node = build.node();
        Waiting.until(() -> claims().size() == 1, () -> claims().toString());
        Claim claim = claims().iterator().next();
        assertEquals(node, claim.host().value());
        assertEquals(System.getProperty("user.name"), claim.user());
        build.end();
        Waiting.until(() -> claims().isEmpty(), () -> claims().toString());
    }

    @Test
    void boardsOfHostsShowTheBuildsThatHoldSeatsThere() throws Exception {
        configure(SAVE);
        build("first", "n1").node();
        Waiting.until(() -> claims().size() == 1, () -> claims().toString());
        HostName n1 = new HostName("n1");
        LoadBoard hosts = LoadBoard.of(
                new HostInventory(List.of(Host.named("n1"), Host.named("h2")), List.of()),
                Map.of(
                        n1,
                        ReportBuilder.report("n1", Instant.now().plusSeconds(60))
                                .status()));
        assertTrue(claims().iterator().next().isRefutedBy(hosts.of(n1).report().orElseThrow()));
        LoadBoard showing = SeatAllocator.get().showing(hosts);
        assertFalse(
                claims().iterator().next().isRefutedBy(showing.of(n1).report().orElseThrow()));
        SeatAllocator.get().showing(NodeScans.get().machines().board());
        assertSame(showing, SeatAllocator.get().showing(hosts));
    }

    @Test
    void cancelledBuildGivesItsPlaceInTheLineBack() throws Exception {
        configure(SAVE);
        Work first = build("first", "n1");
        first.node();
        Work waiting = build("waiting", "n2");
        Waiting.until(() -> waiting.why().contains("holds seats"), waiting::why);
        j.jenkins.getQueue().cancel(waiting);
        first.end();
        assertEquals("n2", build("next", "n2").node());
        Waiting.until(() -> claims().size() == 1, () -> claims().toString());
    }

    @Test
    void seatsHoldOverAReloadOfTheConfiguration() throws Exception {
        configure(SAVE);
        build("first", "n1").node();
        configure(SAVE + "\nscan: { interval: 6m }");
        j.jenkins.reload();
        Work other = build("other", "n2");
        Waiting.until(() -> other.why().contains("holds seats on 1 hosts (perUser 1)"), other::why);
        assertFalse(other.isStarted());
    }

    @Test
    void buildsWithoutALicenseDoNotWait() throws Exception {
        configure(SAVE);
        build("first", "n1").node();
        assertEquals("n2", build("plain", "n2", null).node());
    }

    @Test
    void unknownLicenseIsNamed() throws Exception {
        configure("licenses: [ { name: matlap, process: MATLAB, perUser: 1 } ]");
        Work build = build("build", "pool");
        Waiting.until(() -> build.why().contains("unknown license 'matlab'; did you mean 'matlap'?"), build::why);
    }

    @Test
    void withoutAFreeExecutorNoSeatIsTaken() throws Exception {
        configure(SAVE);
        List<Work> busy = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Work work = new Work("busy" + i, "pool");
            busy.add(work);
            j.jenkins.getQueue().schedule2(work, 0);
        }
        for (Work work : busy) {
            work.node();
        }
        Work build = build("build", "pool");
        Waiting.until(() -> build.why().contains("free executor"), build::why);
        assertEquals(List.of(), List.copyOf(claims()));
        busy.forEach(Work::end);
        assertNotEquals(null, build.node());
    }

    @Test
    void promisesOfBuildsThatDiedWithJenkinsAreRefutedByTheNextScan() throws Throwable {
        configure(SAVE);
        build("first", "n1").node();
        Waiting.until(() -> claims().size() == 1, () -> claims().toString());
        j.restart();
        Work other = build("other", "n2");
        Waiting.until(
                Duration.ofSeconds(60),
                () -> {
                    NodeScans.get().scan();
                    return other.isStarted();
                },
                () -> other.why() + " " + claims());
    }

    @Test
    void propertyIsKeptByTheForm() throws Exception {
        configure(SAVE);
        var project = j.createFreeStyleProject();
        project.addProperty(new LicenseProperty("matlab"));
        j.configRoundtrip(project);
        assertEquals("matlab", project.getProperty(LicenseProperty.class).getLicense());
    }

    @Test
    void propertyThatWasSavedFromItsFirstPackageIsRead() throws Exception {
        String xml = """
                <project>
                  <properties>
                    <io.jenkins.plugins.loadshare.nodes.LicenseProperty plugin="loadshare@0.1.0">
                      <license>matlab</license>
                    </io.jenkins.plugins.loadshare.nodes.LicenseProperty>
                  </properties>
                </project>""";
        var project = (FreeStyleProject)
                j.jenkins.createProjectFromXML("old", new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        assertEquals("matlab", project.getProperty(LicenseProperty.class).getLicense());
    }

    static Collection<Claim> claims() {
        return JenkinsState.get()
                .ledger(NodeScans.get().machines().board().inventory())
                .view()
                .claims();
    }
}
