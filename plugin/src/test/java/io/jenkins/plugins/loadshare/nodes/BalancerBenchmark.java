package io.jenkins.plugins.loadshare.nodes;

import hudson.model.LoadBalancer;
import hudson.model.Queue;
import hudson.model.Queue.Task;
import hudson.model.queue.MappingWorksheet;
import hudson.model.queue.MappingWorksheet.Mapping;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Waiting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * How long a decision, and a pass of the Queue, take at 200 nodes of 4 executors with 50 builds waiting, by
 * default and for labels with the strategy; by name only:
 * {@code mvn test -Dtest=BalancerBenchmark -DargLine='@{jenkins.addOpens} @{jenkins.insaneHook}'}, since tests are otherwise
 * compiled less well than Jenkins is. Nothing is placed, so that passes are alike. And how long it takes until 20 builds,
 * scheduled together, run on five equal nodes.
 */
@WithJenkins
class BalancerBenchmark {

    private static final int NODES = 200;
    private static final int BUILDS = 50;
    private static final int LABELS = 50;
    private static final int PASSES = 40;

    /** Those are slow. */
    private static final int PASSES_OF_JENKINS = 8;

    @Test
    void measure(JenkinsRule j) throws Exception {
        j.jenkins.setNumExecutors(0);
        TestingMachines testing = new TestingMachines();
        for (int i = 0; i < NODES; i++) {
            LocalNode.add("n" + i, 4, "pool l" + i % LABELS);
            int running = i % 5;
            testing.machine("n" + i, report -> report.runnable(running));
        }
        TestingMachines even = new TestingMachines();
        for (int i = 0; i < NODES; i++) {
            even.machine("n" + i, report -> report);
        }
        Yaml.load("nodes: { leastLoaded: true }");
        MachineLedger machines = MachineLedger.none(testing.build());
        MachineLedger equal = MachineLedger.none(even.build());
        for (int i = 0; i < BUILDS; i++) {
            j.jenkins.getQueue().setLoadBalancer(new Measured(null));
            j.jenkins.getQueue().schedule2(new Work("build" + i, "pool"), 0);
        }
        LoadBalancer none = new Measured(null);
        for (int round = 0; round < 2; round++) {
            print(j, "core without any balancer", new Measured(null), PASSES);
            print(
                    j,
                    "least loaded, fifths alike",
                    new Measured(TestingMachines.balancer(none, () -> machines)),
                    PASSES);
            strategies(true);
            Yaml.load("nodes: { leastLoaded: false }");
            print(
                    j,
                    "least loaded, by 51 labels",
                    new Measured(TestingMachines.balancer(none, () -> machines)),
                    PASSES);
            strategies(false);
            Yaml.load("nodes: { leastLoaded: true }");
            print(j, "least loaded, all alike", new Measured(TestingMachines.balancer(none, () -> equal)), PASSES);
            print(j, "Jenkins' own", new Measured(LoadBalancer.CONSISTENT_HASH), PASSES_OF_JENKINS);
        }
        j.jenkins.getQueue().clear();
    }

    /** Gives the label of the builds, and all other labels, the strategy or takes it. */
    private static void strategies(boolean set) throws Exception {
        for (int i = 0; i <= LABELS; i++) {
            Jenkins.get()
                    .getLabelAtom(i == LABELS ? "pool" : "l" + i)
                    .getProperties()
                    .replaceBy(set ? List.of(new LeastLoadedProperty()) : List.of());
        }
    }

    @Test
    void measureBurst(JenkinsRule j) throws Exception {
        j.jenkins.setNumExecutors(0);
        TestingMachines equal = new TestingMachines();
        for (int i = 0; i < 5; i++) {
            LocalNode.add("n" + i, 8, "pool");
            equal.machine("n" + i, report -> report);
        }
        Yaml.load("nodes: { leastLoaded: true }");
        MachineLedger machines = MachineLedger.none(equal.build());
        for (LoadBalancer balancer : new LoadBalancer[] {
            LoadBalancer.CONSISTENT_HASH, TestingMachines.balancer(LoadBalancer.CONSISTENT_HASH, () -> machines)
        }) {
            j.jenkins.getQueue().setLoadBalancer(balancer);
            for (int burst = 0; burst < 5; burst++) {
                List<Work> builds = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    builds.add(new Work("build" + burst + "-" + i, "pool"));
                }
                long start = System.nanoTime();
                builds.forEach(build -> j.jenkins.getQueue().schedule2(build, 0));
                Map<String, Integer> nodes = Work.count(builds); // once all run
                System.out.printf(
                        Locale.ROOT,
                        "%s: %d builds run %.0f ms after they were scheduled, %s%n",
                        balancer.getClass().getSimpleName(),
                        builds.size(),
                        (System.nanoTime() - start) / 1e6,
                        nodes);
                builds.forEach(Work::end);
                Waiting.until(
                        "idle nodes",
                        () -> Stream.of(j.jenkins.getComputers()).allMatch(computer -> computer.countBusy() == 0));
            }
        }
    }

    private static void print(JenkinsRule j, String name, Measured balancer, int count) throws Exception {
        Queue queue = j.jenkins.getQueue();
        queue.setLoadBalancer(balancer);
        double[] passes = new double[count];
        for (int i = 0; i < count; i++) {
            passes[i] = Queue.withLock((Callable<Double>) () -> {
                long start = System.nanoTime();
                queue.maintain();
                return (System.nanoTime() - start) / 1e6;
            });
        }
        Arrays.sort(passes);
        double[] maps = Arrays.copyOf(balancer.nanos, Math.min(balancer.count, balancer.nanos.length));
        Arrays.sort(maps);
        System.out.printf(
                Locale.ROOT,
                "%-28s map median %.3f ms, 9 of 10 below %.3f ms; pass median %.0f ms%n",
                name,
                maps[maps.length / 2] / 1e6,
                maps[maps.length * 9 / 10] / 1e6,
                passes[count / 2]);
    }

    /** Measures another balancer, and places nothing. */
    private static final class Measured extends LoadBalancer {

        private final LoadBalancer balancer;
        private final double[] nanos = new double[PASSES * BUILDS];
        private int count;

        Measured(LoadBalancer balancer) {
            this.balancer = balancer;
        }

        @Override
        public Mapping map(Task task, MappingWorksheet worksheet) {
            long start = System.nanoTime();
            Mapping mapping = balancer == null ? null : balancer.map(task, worksheet);
            if (count < nanos.length) {
                nanos[count++] = System.nanoTime() - start;
            }
            if (balancer != null && mapping == null) {
                throw new AssertionError("not decided");
            }
            return null;
        }
    }
}
