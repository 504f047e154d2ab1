package io.jenkins.plugins.loadshare.seats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hudson.EnvVars;
import hudson.model.FreeStyleProject;
import hudson.model.Job;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.RetentionStrategy;
import hudson.tasks.Shell;
import io.jenkins.plugins.loadshare.nodes.MachineInventory;
import io.jenkins.plugins.loadshare.nodes.NodeScans;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.ledger.Claim;
import io.loadshare.testing.Waiting;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.SimpleCommandLauncher;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** Seats of builds on nodes after a kill of the controller. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class SeatKillTest {

    private static final String REFUSAL = "holds seats on 2 hosts (perUser 2)";

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension().withTimeout(600);

    @TempDir
    private Path directory;

    @Test
    void seatOfABuildThatRunsOnCountsAndThatOfOneThatDiedIsFreeAfterAScan() throws Throwable {
        assumeTrue(
                new ProcessBuilder("unshare", "--pid", "--fork", "--mount-proc", "true")
                                .start()
                                .waitFor()
                        == 0,
                "SKIPPED: this user may not make PID namespaces (unshare --pid)");
        String end = directory.resolve("end").toString();
        jenkins.startJenkins();
        jenkins.runRemotely(SeatKillTest::holdTwoSeats, end);
        jenkins.stopJenkinsForcibly();
        FileUtils.deleteDirectory(new File(jenkins.getHome(), "nodes")); // their launcher is of the test alone
        jenkins.startJenkins();
        jenkins.runRemotely(SeatKillTest::seatsAreAsManyAsBuilds, end);
    }

    /** One of a Pipeline that survives, one of a freestyle build that does not. */
    private static void holdTwoSeats(JenkinsRule j, String end) throws Exception {
        Yaml.load("licenses: [ { name: matlab, process: MATLAB, perUser: 2, rule: save } ]");
        j.jenkins.setNumExecutors(1);
        addMachines(j);
        WorkflowJob pipeline = j.createProject(WorkflowJob.class, "pipeline");
        pipeline.setDefinition(new CpsFlowDefinition("node('built-in') { sh '" + until(end) + "' }", true));
        licensed(pipeline);
        j.waitForMessage("+ ", pipeline.scheduleBuild2(0).waitForStart());
        job(j, "dies", "b", "/nowhere").scheduleBuild2(0).waitForStart();
        Waiting.until("two seats", () -> SeatAllocatorTest.claims().size() == 2);
        Instant young = SeatAllocatorTest.claims().stream()
                .map(claim -> claim.placedAt().plus(Claim.GRACE).plusSeconds(2))
                .max(Instant::compareTo)
                .orElseThrow();
        Waiting.until(
                "the time from which on a scan may refute the promises",
                () -> Instant.now().isAfter(young));
        NodeScans.get().scan();
        assertThat(SeatAllocatorTest.claims())
                .as("builds that run are not refuted")
                .hasSize(2);
        Files.writeString(Path.of(end + "-seat"), ofTheBuiltInNode().id());
    }

    private static void seatsAreAsManyAsBuilds(JenkinsRule j, String end) throws Exception {
        addMachines(j);
        FreeStyleProject other = job(j, "other", "c", end);
        other.scheduleBuild2(0);
        Waiting.until(
                Duration.ofMinutes(1),
                () -> {
                    NodeScans.get().scan();
                    assertThat(SeatAllocatorTest.claims().size())
                            .as(SeatAllocatorTest.claims()::toString)
                            .isLessThanOrEqualTo(2);
                    return other.getLastBuild() != null;
                },
                () -> Queue.getInstance().getItem(other).getWhy());
        FreeStyleProject third = job(j, "third", "b", end);
        third.scheduleBuild2(0);
        Waiting.until("refusal by the rule", () -> why(third).contains(REFUSAL));
        NodeScans.get().scan();
        assertThat(SeatAllocatorTest.claims()).hasSize(2);
        assertThat(SeatAllocatorTest.claims().stream().map(Claim::id).toList())
                .as("the Pipeline has the seat that it had")
                .contains(Files.readString(Path.of(end + "-seat")));
        assertThat(why(third)).contains(REFUSAL);
        Files.createFile(Path.of(end));
        WorkflowRun run =
                j.jenkins.getItemByFullName("pipeline", WorkflowJob.class).getLastBuild();
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(run));
        Waiting.until("a seat for the third", () -> third.getLastBuild() != null);
        j.waitUntilNoActivity();
        Waiting.until("no seat is left", () -> SeatAllocatorTest.claims().isEmpty());
    }

    private static String why(FreeStyleProject job) {
        Queue.Item item = job.getQueueItem();
        assertThat(item).as(job + " is not in the Queue").isNotNull();
        return item.getWhy();
    }

    /** That on the machine of the built-in node. */
    private static Claim ofTheBuiltInNode() {
        MachineInventory machines = NodeScans.get().machines();
        return SeatAllocatorTest.claims().stream()
                .filter(claim -> claim.host()
                        .equals(machines.board()
                                .inventory()
                                .at(machines.position(""))
                                .name()))
                .findFirst()
                .orElseThrow();
    }

    private static String until(String end) {
        return "until [ -e " + end + " ]; do sleep 0.2; done";
    }

    private static void licensed(Job<?, ?> job) throws Exception {
        job.addProperty(new LicenseProperty("matlab"));
    }

    private static FreeStyleProject job(JenkinsRule j, String name, String node, String end) throws Exception {
        FreeStyleProject job = j.createFreeStyleProject(name);
        job.setAssignedLabel(Label.get(node));
        job.getBuildersList().add(new Shell(until(end)));
        licensed(job);
        return job;
    }

    /** Nodes {@code b} and {@code c}, each in a PID namespace of its own, and with that a machine of its own. */
    private static void addMachines(JenkinsRule j) throws Exception {
        for (String name : new String[] {"b", "c"}) {
            SimpleCommandLauncher plain = (SimpleCommandLauncher) j.createComputerLauncher(new EnvVars());
            DumbSlave agent = new DumbSlave(
                    name,
                    new File(j.jenkins.getRootDir(), "agent-" + name).getPath(),
                    new SimpleCommandLauncher("unshare --pid --fork --mount-proc --kill-child " + plain.cmd));
            agent.setRetentionStrategy(RetentionStrategy.NOOP);
            j.jenkins.addNode(agent);
            j.waitOnline(agent);
        }
        Waiting.until("three machines", () -> {
            NodeScans.get().scan();
            Set<Integer> positions = new HashSet<>();
            for (String node : new String[] {"", "b", "c"}) {
                positions.add(NodeScans.get().machines().position(node));
            }
            return positions.size() == 3 && !positions.contains(-1);
        });
    }
}
