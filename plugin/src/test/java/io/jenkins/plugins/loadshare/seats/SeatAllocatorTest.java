package io.jenkins.plugins.loadshare.seats;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import io.jenkins.plugins.loadshare.SharedJenkins;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class SeatAllocatorTest {

    private static final String SAVE = "licenses: [ { name: matlab, process: MATLAB, perUser: 1, rule: save } ]";

    private static JenkinsRule j;
    private final List<Work> builds = new ArrayList<>();

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        j = rule;
        j.jenkins.setNumExecutors(0);
    }

    @BeforeEach
    void addNodes() throws Exception {
        LocalNode.add("n1", 4, "pool", "boot-1");
        LocalNode.add("n2", 4, "pool", "boot-2");
    }

    @AfterEach
    void endBuilds() throws Exception {
        builds.forEach(Work::end);
        SharedJenkins.empty(j);
        Waiting.until(() -> claims().isEmpty(), () -> claims().toString());
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
        assertThat(same.node()).as("a seat that is held already costs nothing").isEqualTo(here);
        Work other = build("other", there);
        Waiting.until(() -> other.why().contains("holds seats on 1 hosts (perUser 1)"), other::why);
        assertThat(other.why()).startsWith("Waiting for a seat of license matlab: ");
        assertThat(other.isStarted()).isFalse();
        first.end();
        same.end();
        assertThat(other.node()).isEqualTo(there);
    }

    @Test
    void seatIsOnTheMachineOfTheBuildAndGivenBackAtItsEnd() throws Exception {
        configure(SAVE);
        Work build = build("build", "pool");
        String node = build.node();
        Waiting.until(() -> claims().size() == 1, () -> claims().toString());
        Claim claim = claims().iterator().next();
        assertThat(claim.host().value()).isEqualTo(node);
        assertThat(claim.user()).isEqualTo(System.getProperty("user.name"));
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
        assertThat(claims().iterator().next().isRefutedBy(hosts.of(n1).report().orElseThrow()))
                .isTrue();
        LoadBoard showing = SeatAllocator.get().showing(hosts);
        assertThat(claims().iterator()
                        .next()
                        .isRefutedBy(showing.of(n1).report().orElseThrow()))
                .isFalse();
        SeatAllocator.get().showing(NodeScans.get().machines().board());
        assertThat(SeatAllocator.get().showing(hosts)).isSameAs(showing);
    }

    @Test
    void seatsHoldOverAReloadOfTheConfiguration() throws Exception {
        configure(SAVE);
        build("first", "n1").node();
        configure(SAVE + "\nscan: { interval: 6m }");
        j.jenkins.reload();
        Work other = build("other", "n2");
        Waiting.until(() -> other.why().contains("holds seats on 1 hosts (perUser 1)"), other::why);
        assertThat(other.isStarted()).isFalse();
    }

    @Test
    void buildsWithoutALicenseDoNotWait() throws Exception {
        configure(SAVE);
        build("first", "n1").node();
        assertThat(build("plain", "n2", null).node()).isEqualTo("n2");
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
        assertThat(project.getProperty(LicenseProperty.class).getLicense()).isEqualTo("matlab");
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
        assertThat(project.getProperty(LicenseProperty.class).getLicense()).isEqualTo("matlab");
    }

    static Collection<Claim> claims() {
        return JenkinsState.get()
                .ledger(NodeScans.get().machines().board().inventory())
                .view()
                .claims();
    }
}
