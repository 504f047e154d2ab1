package io.jenkins.plugins.loadshare.nodes;

import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.LoadBalancer;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Queue;
import hudson.model.Queue.Task;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.model.queue.MappingWorksheet;
import hudson.model.queue.MappingWorksheet.Mapping;
import io.jenkins.plugins.loadshare.settings.Yaml;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestBuilder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * How long a decision, and a pass of the Queue, take at 200 nodes of 4 executors with 50 builds waiting; by name only:
 * {@code mvn test -Dtest=BalancerBenchmark -DargLine='@{jenkins.addOpens} @{jenkins.insaneHook}'}, since tests are otherwise
 * compiled less well than Jenkins is. Nothing is placed, so that passes are alike. And how long it takes until 20 freestyle
 * builds, scheduled together, run on five equal nodes.
 */
@WithJenkins
class BalancerBenchmark {

    private static final int NODES = 200;
    private static final int BUILDS = 50;
    private static final int PASSES = 40;

    /** Those are slow. */
    private static final int PASSES_OF_JENKINS = 8;

    @Test
    void measure(JenkinsRule j) throws Exception {
        j.jenkins.setNumExecutors(0);
        TestingMachines testing = new TestingMachines();
        for (int i = 0; i < NODES; i++) {
            LocalNode.add("n" + i, 4, "pool");
            int running = i % 5;
            testing.machine("n" + i, report -> report.runnable(running));
        }
        TestingMachines even = new TestingMachines();
        for (int i = 0; i < NODES; i++) {
            even.machine("n" + i, report -> report);
        }
        Yaml.load("nodes: { leastLoaded: true }");
        Books machines = Books.none(testing.build());
        Books equal = Books.none(even.build());
        for (int i = 0; i < BUILDS; i++) {
            j.jenkins.getQueue().setLoadBalancer(new Measured(null));
            j.jenkins.getQueue().schedule2(new Work("build" + i, "pool"), 0);
        }
        LoadBalancer none = new Measured(null);
        for (int round = 0; round < 2; round++) {
            print(j, "core without any balancer", new Measured(null), PASSES);
            print(j, "least loaded, fifths alike", new Measured(new LeastLoadedBalancer(none, () -> machines)), PASSES);
            print(j, "least loaded, all alike", new Measured(new LeastLoadedBalancer(none, () -> equal)), PASSES);
            print(j, "Jenkins' own", new Measured(LoadBalancer.CONSISTENT_HASH), PASSES_OF_JENKINS);
        }
        j.jenkins.getQueue().clear();
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
        Books machines = Books.none(equal.build());
        FreeStyleProject project = j.createFreeStyleProject();
        project.setAssignedLabel(Label.get("pool"));
        project.setConcurrentBuild(true);
        project.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("number", "")));
        project.getBuildersList().add(new Held());
        for (LoadBalancer balancer : new LoadBalancer[] {
            LoadBalancer.CONSISTENT_HASH, new LeastLoadedBalancer(LoadBalancer.CONSISTENT_HASH, () -> machines)
        }) {
            j.jenkins.getQueue().setLoadBalancer(balancer);
            for (int burst = 0; burst < 5; burst++) {
                Held.begin();
                long start = System.nanoTime();
                for (int i = 0; i < Held.BUILDS; i++) {
                    project.scheduleBuild2(
                            0, new ParametersAction(new StringParameterValue("number", burst + "-" + i)));
                }
                assertTrue(Held.running.await(1, TimeUnit.MINUTES), "all builds run");
                System.out.printf(
                        Locale.ROOT,
                        "%s: %d builds run %.0f ms after they were scheduled, %s%n",
                        balancer.getClass().getSimpleName(),
                        Held.BUILDS,
                        (System.nanoTime() - start) / 1e6,
                        Held.NODES);
                Held.end.countDown();
                j.waitUntilNoActivity();
            }
        }
    }

    /** A build step that lasts until all have been seen to run. */
    private static final class Held extends TestBuilder {

        static final int BUILDS = 20;
        static final Map<String, Integer> NODES = new ConcurrentSkipListMap<>();
        static volatile CountDownLatch running;
        static volatile CountDownLatch end;

        static void begin() {
            NODES.clear();
            running = new CountDownLatch(BUILDS);
            end = new CountDownLatch(1);
        }

        @Override
        public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
                throws InterruptedException {
            NODES.merge(build.getBuiltOnStr(), 1, Integer::sum);
            running.countDown();
            return end.await(2, TimeUnit.MINUTES);
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
