package io.jenkins.plugins.loadshare.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hudson.EnvVars;
import hudson.model.Slave;
import hudson.model.TaskListener;
import hudson.slaves.ComputerLauncher;
import hudson.slaves.DumbSlave;
import hudson.slaves.RetentionStrategy;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.testing.ReportBuilder;
import io.loadshare.testing.Waiting;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jenkins.security.MasterToSlaveCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.SimpleCommandLauncher;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** With agents that are processes of their own. */
@WithJenkins
class NodeScansTest {

    /** Busy for a minute, unless it is ended before. */
    private static final String BUSY = "timeout 60 sh -c 'while :; do :; done'";

    private JenkinsRule j;
    private final List<Long> processes = new ArrayList<>();

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        j = rule;
        j.jenkins.setNumExecutors(0);
        Yaml.load("nodes: { leastLoaded: true }\nscan: { timeout: 3s }");
    }

    @AfterEach
    void endProcesses() {
        processes.forEach(pid -> ProcessHandle.of(pid).ifPresent(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }));
    }

    @Test
    void descendantsOfTheAgentAreOwnAndOthersAreNot() throws Exception {
        DumbSlave agent = j.createOnlineSlave();
        Waiting.until(() -> own(agent) < 0.5, () -> "an idle agent keeps busy: " + report(agent));
        outside(BUSY);
        Launched build = launch(agent, "sh", "-c", BUSY);
        Waiting.until(() -> Math.abs(own(agent) - 1) < 0.5, () -> "own threads: " + report(agent));
        assertThat(report(agent).threads().runnable() - report(agent).threads().own())
                .as("outside threads")
                .isGreaterThan(0.5);
        build.end();
        Waiting.until(() -> own(agent) < 0.5, () -> "own threads: " + report(agent));
    }

    @Test
    void orphansThatBearTheCookieOfABuildAreOwn() throws Exception {
        DumbSlave agent = j.createOnlineSlave();
        Waiting.until(() -> own(agent) < 0.5, () -> "an idle agent keeps busy: " + report(agent));
        Path pid = new File(j.jenkins.getRootDir(), "pid").toPath();
        launch(agent, "sh", "-c", "JENKINS_SERVER_COOKIE=durable setsid " + BUSY + " & echo $! > '" + pid + "'");
        Waiting.until(() -> Files.exists(pid) && Files.size(pid) > 0, () -> "the orphan has no pid");
        processes.add(Long.valueOf(Files.readString(pid).strip()));
        Waiting.until(() -> keepsOneBusy(agent), () -> "own threads: " + report(agent));
    }

    @Test
    void hungAgentCostsTheDeadlineOnceAndStopsNothing() throws Exception {
        DumbSlave hung = j.createOnlineSlave();
        DumbSlave well = j.createOnlineSlave();
        NodeScans.get().scan();
        long pid = hung.getChannel().call(new Pid());
        processes.add(pid);
        signal("STOP", pid);
        long start = System.nanoTime();
        NodeScans.get().scan();
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        MachineInventory machines = NodeScans.get().machines();
        assertThat(machines.position(hung.getNodeName())).as("unknown").isEqualTo(-1);
        assertThat(machines.position(well.getNodeName())).isNotEqualTo(-1);
        assertThat(seconds).as("a hung agent was waited for " + seconds + " s").isLessThan(30);
        Work work = new Work("build", well.getNodeName());
        j.jenkins.getQueue().schedule2(work, 0);
        assertThat(work.node()).isEqualTo(well.getNodeName());
        work.end();
        signal("CONT", pid);
        Waiting.until(
                () -> {
                    NodeScans.get().scan();
                    return NodeScans.get().machines().position(hung.getNodeName()) >= 0;
                },
                () -> "the agent that goes on is not measured again");
    }

    @Test
    void nodesThatSeeTheSameProcessesAreOneMachineAndContainersAreOthers() throws Exception {
        assumeTrue(
                new ProcessBuilder("unshare", "--pid", "--fork", "--mount-proc", "true")
                                .start()
                                .waitFor()
                        == 0,
                "SKIPPED: this user may not make PID namespaces (unshare --pid)");
        DumbSlave one = j.createOnlineSlave();
        DumbSlave two = j.createOnlineSlave();
        Slave contained = contained("contained");
        NodeScans.get().scan();
        MachineInventory machines = NodeScans.get().machines();
        assertThat(machines.position(two.getNodeName())).isEqualTo(machines.position(one.getNodeName()));
        assertThat(machines.position("contained")).isNotEqualTo(-1);
        assertThat(machines.position(contained.getNodeName())).isNotEqualTo(machines.position(one.getNodeName()));
    }

    @Test
    void hostWithTheBootIdOfANodeIsItsMachine() throws Exception {
        Yaml.load("nodes: { leastLoaded: true }\nhosts: [ { name: other }, { name: here } ]");
        DumbSlave agent = j.createOnlineSlave();
        NodeScans.get().scan();
        MachineInventory machines = NodeScans.get().machines();
        assertThat(machines.position(agent.getNodeName())).isEqualTo(1);
        assertThat(machines.name(1).value()).isEqualTo("here");
        assertThat(machines.board().inventory().size()).as("no third machine").isEqualTo(2);
    }

    /** Knows the host {@code here} as this machine, and {@code other} as another. */
    @TestExtension("hostWithTheBootIdOfANodeIsItsMachine")
    public static final class Hosts implements HostReports {

        @Override
        public LoadBoard latest() {
            Map<HostName, HostStatus> known = Map.of(
                    new HostName("other"), HostStatus.of(report("other", "boot-of-another")),
                    new HostName("here"), HostStatus.of(report("here", thisBoot())));
            return LoadBoard.of(Settings.current().core().inventory(), known);
        }

        private static LoadReport report(String host, String bootId) {
            return ReportBuilder.report(host, Instant.now()).bootId(bootId).build();
        }

        private static String thisBoot() {
            try {
                return Files.readString(Path.of("/proc/sys/kernel/random/boot_id"))
                        .strip();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Test
    void nodeThatIsNotLinuxIsLeftToTheBalancerFound() throws Exception {
        LocalNode.add("windows", 2, "any win", "boot-w", "Windows 11");
        LocalNode.add("linux", 1, "any", "boot-l");
        NodeScans.get().scan();
        assertThat(NodeScans.get().machines().position("windows")).isEqualTo(-1);
        List<Work> works = List.of(new Work("a", "win"), new Work("b", "any"), new Work("c", "any"));
        works.forEach(work -> j.jenkins.getQueue().schedule2(work, 0));
        assertThat(Work.count(works)).isEqualTo(Map.of("linux", 1, "windows", 2));
        works.forEach(Work::end);
    }

    /** Says as which process the agent runs. */
    private static final class Pid extends MasterToSlaveCallable<Long, RuntimeException> {

        private static final long serialVersionUID = 1;

        @Override
        public Long call() {
            return ProcessHandle.current().pid();
        }
    }

    /** Not only for a moment, as what starts it may. */
    private boolean keepsOneBusy(Slave agent) throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            if (Math.abs(own(agent) - 1) >= 0.5) {
                return false;
            }
        }
        return true;
    }

    private double own(Slave agent) throws InterruptedException {
        NodeScans.get().scan();
        return report(agent).threads().own();
    }

    private static LoadReport report(Slave agent) {
        MachineInventory machines = NodeScans.get().machines();
        Optional<LoadReport> report =
                machines.board().at(machines.position(agent.getNodeName())).report();
        return report.orElseThrow();
    }

    private void outside(String command) throws Exception {
        processes.add(new ProcessBuilder("sh", "-c", command).start().pid());
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isEqualTo(0);
    }

    /** What an agent has started. */
    private record Launched(hudson.Proc process) {

        void end() throws Exception {
            process.kill();
        }
    }

    private static Launched launch(Slave agent, String... command) throws Exception {
        return new Launched(
                agent.createLauncher(TaskListener.NULL).launch().cmds(command).start());
    }

    private Slave contained(String name) throws Exception {
        ComputerLauncher plain = j.createComputerLauncher(new EnvVars());
        String command = "unshare --pid --fork --mount-proc --kill-child " + ((SimpleCommandLauncher) plain).cmd;
        DumbSlave agent = new DumbSlave(
                name, new File(j.jenkins.getRootDir(), name).getPath(), new SimpleCommandLauncher(command));
        agent.setRetentionStrategy(RetentionStrategy.NOOP);
        j.jenkins.addNode(agent);
        j.waitOnline(agent);
        return agent;
    }
}
