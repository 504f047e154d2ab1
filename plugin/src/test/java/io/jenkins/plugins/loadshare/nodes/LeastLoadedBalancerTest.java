package io.jenkins.plugins.loadshare.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.LoadBalancer;
import hudson.model.Queue;
import hudson.model.Queue.Task;
import hudson.model.queue.MappingWorksheet;
import hudson.model.queue.MappingWorksheet.Mapping;
import io.jenkins.plugins.loadshare.SharedJenkins;
import io.jenkins.plugins.loadshare.settings.Yaml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class LeastLoadedBalancerTest {

    private static final String POOL = "pool";

    private static JenkinsRule j;
    private static LoadBalancer installed;
    private final List<Work> works = new ArrayList<>();

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        j = rule;
        j.jenkins.setNumExecutors(0);
        installed = j.jenkins.getQueue().getLoadBalancer();
    }

    @BeforeEach
    void configure() throws Exception {
        Yaml.load("nodes: { leastLoaded: true }");
    }

    @AfterEach
    void endWork() throws Exception {
        works.forEach(Work::end);
        j.jenkins.getQueue().setLoadBalancer(installed);
        SharedJenkins.empty(j);
    }

    @Test
    void burstOverEqualNodesIsSpreadEvenlyInOnePass() throws Exception {
        nodes(5, 8);
        measured(new TestingMachines(), 5);
        assertThat(pass(works("build", 20)).values().toString()).isEqualTo("[4, 4, 4, 4, 4]");
    }

    @Test
    void burstOverEqualNodesOfOneMachineIsSpreadEvenlyInOnePass() throws Exception {
        nodes(5, 8);
        NodeScans.get().scan();
        MachineInventory machines = NodeScans.get().machines();
        assertThat(machines.position("n5")).as("all nodes are this machine").isEqualTo(machines.position("n1"));
        assertThat(pass(works("build", 20)).values().toString()).isEqualTo("[4, 4, 4, 4, 4]");
    }

    @Test
    void burstFillsUpWhatOneBusyNodeLeaves() throws Exception {
        nodes(5, 8);
        measured(new TestingMachines(), 5);
        pass(works("before", 6, "n1"));
        Map<String, Integer> after = pass(works("build", 14));
        assertThat(after.get("n1")).isNull();
        assertThat(after.values().stream().sorted().toList().toString()).isEqualTo("[3, 3, 4, 4]");
    }

    @Test
    void outsideLoadIsAvoidedAndFilledUpToEven() throws Exception {
        nodes(3, 8);
        install(measured(new TestingMachines(), 3).machine("n1", report -> report.runnable(3)));
        Map<String, Integer> counts = pass(works("build", 9));
        assertThat(counts).isEqualTo(Map.of("n1", 1, "n2", 4, "n3", 4));
    }

    @Test
    void builtUpLoadOfOwnBuildsCountsOnce() throws Exception {
        nodes(2, 8);
        install(measured(new TestingMachines(), 2).machine("n1", report -> report.owned(2)));
        pass(works("before", 2, "n1"));
        assertThat(pass(works("build", 2))).as("two are busy on n1").isEqualTo(Map.of("n2", 2));
        assertThat(pass(works("more", 2))).isEqualTo(Map.of("n1", 1, "n2", 1));
    }

    @Test
    void morePowerfulMachineTakesItsShare() throws Exception {
        nodes(2, 12);
        install(measured(new TestingMachines(), 2).machine("n2", report -> report.cores(12)));
        assertThat(pass(works("build", 16))).isEqualTo(Map.of("n1", 4, "n2", 12));
    }

    @Test
    void unknownAndStaleNeverBeatFresh() throws Exception {
        nodes(3, 4);
        install(new TestingMachines()
                .machine("n1", report -> report.runnable(40))
                .machine("n2", Duration.ofHours(1), report -> report));
        assertThat(pass(works("build", 4))).isEqualTo(Map.of("n1", 4));
        List<Work> rest = works("rest", 8);
        onePass(rest);
        assertThat(Work.count(rest)).as("the previous balancer decides on them").isEqualTo(Map.of("n2", 4, "n3", 4));
    }

    @Test
    void equalNodesKeepTheAffinityOfJenkins() throws Exception {
        nodes(7, 4);
        TestingMachines machines = new TestingMachines();
        measured(machines, 7);
        Map<String, String> chosen = new TreeMap<>();
        Map<String, String> jenkins = new TreeMap<>();
        LoadBalancer ours =
                TestingMachines.balancer(LoadBalancer.CONSISTENT_HASH, () -> MachineLedger.none(machines.build()));
        j.jenkins.getQueue().setLoadBalancer(new LoadBalancer() {
            @Override
            public Mapping map(Task task, MappingWorksheet worksheet) {
                chosen.put(task.getName(), ours.map(task, worksheet).assigned(0).getName());
                jenkins.put(
                        task.getName(),
                        LoadBalancer.CONSISTENT_HASH
                                .map(task, worksheet)
                                .assigned(0)
                                .getName());
                return null;
            }
        });
        works("build", 30).forEach(work -> j.jenkins.getQueue().schedule2(work, 0));
        j.jenkins.getQueue().maintain();
        assertThat(chosen).hasSize(30);
        assertThat(chosen).isEqualTo(jenkins);
        assertThat(chosen.values().stream().distinct().count())
                .as("not all on one: " + chosen)
                .isGreaterThan(3);
        j.jenkins.getQueue().clear();
    }

    @Test
    void earlierPartGivesWayToALaterOne() throws Exception {
        LocalNode.add("n1", 1, "any special");
        LocalNode.add("n2", 1, "any");
        install(new TestingMachines().machine("n1", report -> report).machine("n2", report -> report.runnable(3)));
        Work work = new Work("build", "any", new Work.Part("special"));
        works.add(work);
        j.jenkins.getQueue().schedule2(work, 0);
        assertThat(work.nodes()).isEqualTo(Map.of("build", "n2", "part for special", "n1"));
    }

    @Test
    void partsOfATaskCountForEachOther() throws Exception {
        nodes(2, 8);
        measured(new TestingMachines(), 2);
        Work work = new Work("build", POOL, new Work.Part(POOL + "&&" + POOL), new Work.Part(POOL));
        works.add(work);
        pass(List.of(work));
        assertThat(work.nodes().values().stream().distinct().count())
                .as(work.nodes().toString())
                .isEqualTo(2);
    }

    @Test
    void coreStillTakesOneBuildPerNodeAndPass() throws Exception {
        nodes(2, 4);
        j.jenkins.getQueue().setLoadBalancer(LoadBalancer.CONSISTENT_HASH);
        List<Work> builds = works("build", 6);
        int placed = onePass(builds);
        assertThat(placed)
                .as("if this is more, a mapping needs no worksheet of its own any longer")
                .isEqualTo(2);
    }

    @Test
    void whatIsSwitchedOffIsLeftToThePreviousBalancer() throws Exception {
        nodes(2, 4);
        List<String> asked = new ArrayList<>();
        install(measured(new TestingMachines(), 2), recording(asked));
        pass(works("on", 1));
        assertThat(asked).isEmpty();
        Yaml.load("nodes: { leastLoaded: false }");
        pass(works("off", 1));
        assertThat(asked).isEqualTo(List.of("off0"));
    }

    @Test
    void onlyBuildsWhollyWithinTheLabelAreDecided() throws Exception {
        LocalNode.add("n1", 2, "pool shared");
        LocalNode.add("n2", 2, "pool");
        List<String> asked = new ArrayList<>();
        Yaml.load("nodes: { leastLoaded: true, label: shared }");
        install(measured(new TestingMachines(), 2), recording(asked));
        pass(works("inside", 1, "shared"));
        assertThat(asked).isEmpty();
        pass(works("outside", 1, "pool"));
        assertThat(asked).isEqualTo(List.of("outside0"));
    }

    @Test
    void quietingDownStillHolds() throws Exception {
        nodes(1, 2);
        measured(new TestingMachines(), 1);
        j.jenkins.doQuietDown();
        Work work = works("build", 1).get(0);
        onePass(List.of(work));
        assertThat(work.isStarted()).isFalse();
        assertThat(j.jenkins.getQueue().contains(work)).isTrue();
        j.jenkins.doCancelQuietDown();
        assertThat(work.node()).isEqualTo("n1");
    }

    @Test
    void anyThrowableFallsBackToThePreviousBalancer() throws Exception {
        nodes(3, 20);
        Random random = new Random(20261122);
        TestingMachines good = measured(new TestingMachines(), 3);
        List<Throwable> thrown = new ArrayList<>();
        Supplier<MachineLedger> faulty = () -> {
            Throwable fault = fault(random.nextInt(9));
            if (fault == null) {
                return MachineLedger.none(good.build());
            }
            thrown.add(fault);
            return LeastLoadedBalancerTest.<MachineLedger, RuntimeException>sneak(fault);
        };
        LogRecorder log = new LogRecorder()
                .record(LeastLoadedBalancer.class, Level.WARNING)
                .capture(100);
        j.jenkins.getQueue().setLoadBalancer(TestingMachines.balancer(LoadBalancer.CONSISTENT_HASH, faulty));
        List<Work> builds = works("build", 40);
        builds.forEach(work -> j.jenkins.getQueue().schedule2(work, 0));
        for (Work build : builds) {
            build.node(); // fails if one is never placed
        }
        assertThat(thrown.size()).as("only " + thrown.size() + " faults").isGreaterThan(10);
        assertThat(log.getRecords()).as("told once, not for every build").hasSize(1);
    }

    private static Throwable fault(int kind) {
        return switch (kind) {
            case 0 -> new NullPointerException("fault for a test");
            case 1 -> new LinkageError("fault for a test");
            case 2 -> new StackOverflowError("fault for a test");
            case 3 -> new OutOfMemoryError("fault for a test");
            case 4 -> new AssertionError("fault for a test");
            case 5 -> new Exception("fault for a test, checked");
            case 6 -> new ArrayIndexOutOfBoundsException(-1);
            default -> null;
        };
    }

    @SuppressWarnings("unchecked")
    private static <T, E extends Throwable> T sneak(Throwable fault) throws E {
        throw (E) fault;
    }

    @Test
    void isInstalledOverTheBalancerThatWasThere() throws Exception {
        nodes(2, 4);
        NodeScans.get().scan();
        int before = NodeScans.get().machines().position("n1");
        assertThat(before).isNotEqualTo(-1);
        assertThat(pass(works("build", 4))).as("by the balancer of the start").isEqualTo(Map.of("n1", 2, "n2", 2));
    }

    private void nodes(int count, int executors) throws Exception {
        for (int i = 1; i <= count; i++) {
            LocalNode.add("n" + i, executors, POOL);
        }
    }

    private TestingMachines measured(TestingMachines machines, int count) {
        for (int i = 1; i <= count; i++) {
            machines.machine("n" + i, report -> report);
        }
        install(machines);
        return machines;
    }

    private void install(TestingMachines machines) {
        install(machines, LoadBalancer.CONSISTENT_HASH);
    }

    private void install(TestingMachines machines, LoadBalancer previous) {
        MachineLedger known = MachineLedger.none(machines.build());
        j.jenkins.getQueue().setLoadBalancer(TestingMachines.balancer(previous, () -> known));
    }

    private static LoadBalancer recording(List<String> asked) {
        return new LoadBalancer() {
            @Override
            public Mapping map(Task task, MappingWorksheet worksheet) {
                asked.add(task.getName());
                return LoadBalancer.CONSISTENT_HASH.map(task, worksheet);
            }
        };
    }

    private List<Work> works(String name, int count) {
        return works(name, count, POOL);
    }

    private List<Work> works(String name, int count, String label) {
        List<Work> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            added.add(new Work(name + i, label));
        }
        works.addAll(added);
        return added;
    }

    /** Places all in one pass of the Queue, or fails; says how many run on each node. */
    private Map<String, Integer> pass(List<Work> builds) throws Exception {
        assertThat(onePass(builds)).as("placed in one pass").isEqualTo(builds.size());
        return Work.count(builds);
    }

    /** Has the Queue make one pass and says how many builds were placed by it. */
    private int onePass(List<Work> builds) throws Exception {
        Queue queue = j.jenkins.getQueue();
        return Queue.withLock((Callable<Integer>) () -> {
            builds.forEach(work -> queue.schedule2(work, 0));
            queue.maintain();
            return (int) builds.stream().filter(queue::isPending).count();
        });
    }
}
