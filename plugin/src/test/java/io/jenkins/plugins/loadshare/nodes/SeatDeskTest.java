package io.jenkins.plugins.loadshare.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Label;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.ledger.Claim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class SeatDeskTest {

    private static final String SAVE = "licenses: [ { name: matlab, process: MATLAB, perUser: 1, rule: save } ]";

    private JenkinsRule j;
    private final List<Blocking> builds = new ArrayList<>();

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        j = rule;
        j.jenkins.setNumExecutors(0);
        LocalNode.add("n1", 4, "pool", "boot-1");
        LocalNode.add("n2", 4, "pool", "boot-2");
    }

    @AfterEach
    void endBuilds() {
        builds.forEach(Blocking::end);
    }

    private Blocking build(String name, String label) throws Exception {
        Blocking build = Blocking.build(j, name, label, "matlab");
        builds.add(build);
        return build;
    }

    private void configure(String yaml) throws Exception {
        Yaml.load(yaml);
        NodeScans.get().scan();
    }

    @Test
    void buildWaitsForASeatAndSaysWhyUntilOneIsFree() throws Exception {
        configure(SAVE);
        Blocking first = build("first", "pool");
        String here = first.node();
        String there = here.equals("n1") ? "n2" : "n1";
        Blocking same = build("same", "pool");
        assertEquals(here, same.node(), "a seat that is held already costs nothing");
        Blocking other = build("other", there);
        await(() -> other.why().contains("holds seats on 1 hosts (perUser 1)"), other::why);
        assertTrue(other.why().startsWith("Waits for a seat of license matlab: "), other.why());
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
        Blocking other = build("four", "n2");
        await(() -> other.why().contains("has 3 jobs (perUser 2)"), other::why);
        assertFalse(other.isStarted());
    }

    @Test
    void seatIsOnTheMachineOfTheBuildAndGivenBackAtItsEnd() throws Exception {
        configure(SAVE);
        Blocking build = build("build", "pool");
        String node = build.node();
        await(() -> claims().size() == 1, () -> claims().toString());
        Claim claim = claims().iterator().next();
        assertEquals(node, claim.host().value());
        assertEquals(System.getProperty("user.name"), claim.user());
        build.end();
        await(() -> claims().isEmpty(), () -> claims().toString());
    }

    @Test
    void cancelledBuildGivesItsPlaceInTheLineBack() throws Exception {
        configure(SAVE);
        Blocking first = build("first", "n1");
        first.node();
        Blocking waiting = build("waiting", "n2");
        await(() -> waiting.why().contains("holds seats"), waiting::why);
        j.jenkins.getQueue().cancel(waiting.project());
        first.end();
        assertEquals("n2", build("next", "n2").node());
        await(() -> claims().size() == 1, () -> claims().toString());
    }

    @Test
    void seatsHoldOverAReloadOfTheConfiguration() throws Exception {
        configure(SAVE);
        build("first", "n1").node();
        configure(SAVE + "\nscan: { interval: 6m }");
        Blocking other = build("other", "n2");
        await(() -> other.why().contains("holds seats on 1 hosts (perUser 1)"), other::why);
        assertFalse(other.isStarted());
    }

    @Test
    void buildsWithoutALicenseDoNotWait() throws Exception {
        configure(SAVE);
        build("first", "n1").node();
        Blocking plain = Blocking.build(j, "plain", "n2", null);
        builds.add(plain);
        assertEquals("n2", plain.node());
    }

    @Test
    void unknownLicenseIsNamed() throws Exception {
        configure("licenses: [ { name: matlap, process: MATLAB, perUser: 1 } ]");
        Blocking build = build("build", "pool");
        await(() -> build.why().contains("unknown license 'matlab'; did you mean 'matlap'?"), build::why);
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
        Blocking build = build("build", "pool");
        await(() -> build.why().contains("free executor"), build::why);
        assertEquals(List.of(), List.copyOf(claims()));
        busy.forEach(Work::end);
        assertNotEquals(null, build.node());
    }

    @Test
    void promisesOfBuildsThatDiedWithJenkinsAreRefutedByTheNextScan() throws Throwable {
        configure(SAVE);
        build("first", "n1").node();
        await(() -> claims().size() == 1, () -> claims().toString());
        endBuilds();
        j.restart();
        j.jenkins
                .getItemByFullName("first", hudson.model.FreeStyleProject.class)
                .setAssignedLabel(Label.get("n1"));
        Blocking other = build("other", "n2");
        await(Duration.ofSeconds(90), other::isStarted, () -> other.why() + " " + claims(), () -> {
            NodeScans.get().scan();
        });
        assertEquals("n2", other.node());
    }

    @Test
    void propertyIsKeptByTheForm() throws Exception {
        configure(SAVE);
        var project = j.createFreeStyleProject();
        project.addProperty(new LicenseProperty("matlab"));
        j.configRoundtrip(project);
        assertEquals("matlab", project.getProperty(LicenseProperty.class).getLicense());
    }

    private static Collection<Claim> claims() {
        return JenkinsState.get()
                .ledger(NodeScans.get().machines().board().inventory())
                .view()
                .claims();
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void await(BooleanSupplier condition, Supplier<String> state) throws Exception {
        await(Duration.ofSeconds(30), condition, state, () -> {});
    }

    /** Waits until a condition holds, and fails with what is instead. */
    private static void await(Duration limit, BooleanSupplier condition, Supplier<String> state, Step meanwhile)
            throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + state.get());
            }
            meanwhile.run();
            Thread.sleep(100);
        }
    }
}
