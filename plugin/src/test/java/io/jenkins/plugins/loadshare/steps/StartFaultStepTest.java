package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.host.HostName;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.HostFault;
import io.loadshare.testing.Size;
import io.loadshare.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Steps on real hosts of which the best one fails at a random moment of the start. */
@WithJenkins
class StartFaultStepTest {

    private static final int MOMENTS = Size.of("loadshare.startFaults", 4, 100);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static Cluster cluster;

    private final Random random = new Random(Long.getLong("loadshare.seed", System.nanoTime()));
    private final ScheduledExecutorService moments = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void endMoments() {
        moments.shutdownNow();
    }

    @BeforeAll
    static void startHosts() {
        cluster = Cluster.start(2, "--cut");
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void noJobIsLostOrRunsTwice(JenkinsRule j) throws Exception {
        j.timeout = 3600;
        Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
        Yaml.load(Hosts.yaml(cluster)
                        .replaceFirst(" }", ", speed: \"100\" }") // always the first choice
                        .replaceFirst(
                                "scan: .*", "scan: { interval: 24h, minInterval: 1s, connectTimeout: 2s, timeout: 5s }")
                + Hosts.ssh(cluster, "key"));
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                "loadshare script: 'set +x; echo ran >>/tmp/step-$BUILD_NUMBER; echo ran-on-$LOADSHARE_HOST.'", true));
        Map<HostFault, Map<String, Integer>> outcomes = new EnumMap<>(HostFault.class);
        for (int i = 0; i < MOMENTS; i++) {
            HostFault fault = HostFault.values()[i % HostFault.values().length];
            outcomes.computeIfAbsent(fault, any -> new TreeMap<>()).merge(runWhile(j, job, fault), 1, Integer::sum);
        }
        System.out.println("Starts and faults: " + outcomes);
    }

    /** @return the end of the start in a few words */
    private String runWhile(JenkinsRule j, WorkflowJob job, HostFault fault) throws Exception {
        String best = cluster.host(1);
        Waiting.until("a report of " + best, () -> {
            LoadshareService.get().scanNow().get();
            return LoadshareService.get()
                            .latest()
                            .of(new HostName(best))
                            .report()
                            .isPresent()
                    && LoadshareService.get()
                            .latest()
                            .of(new HostName(best))
                            .failure()
                            .isEmpty();
        });
        int moment = random.nextInt(1200);
        Future<?> strike = moments.schedule(() -> fault.strike(cluster, best), moment, TimeUnit.MILLISECONDS);
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        String what = fault + " after " + moment + " ms";
        boolean unanswered = false;
        try {
            Instant end = Instant.now().plus(LIMIT);
            until(what, end, run, () -> !run.isBuilding() || isUnanswered(run));
            unanswered = run.isBuilding();
            if (unanswered) { // only the host itself knows now
                strike.get();
                fault.mend(cluster, best);
                until(what, end, run, () -> !run.isBuilding());
            }
        } finally {
            strike.get();
            if (!unanswered) {
                fault.mend(cluster, best);
            }
        }
        j.assertBuildStatus(Result.SUCCESS, run);
        Waiting.until(
                "the end of what was sent to " + best,
                () -> HostFault.shells(cluster, best).isEmpty());
        String log = JenkinsRule.getLog(run);
        assertThat(HostFault.lines(cluster, "/tmp/step-" + run.getNumber()))
                .as("%s: %s", what, log)
                .isEqualTo(1);
        if (log.contains("ran-on-" + best + ".")) {
            return unanswered ? "ran there, answered late" : "ran there";
        }
        assertThat(log).contains("ran-on-" + cluster.host(2) + ".").containsPattern(best + ".*; trying another host");
        return unanswered ? "ran elsewhere after its answer" : "ran elsewhere";
    }

    private static void until(String what, Instant end, WorkflowRun run, Callable<Boolean> condition) {
        Waiting.until(Duration.between(Instant.now(), end), condition, () -> what + ": " + log(run));
    }

    private static boolean isUnanswered(WorkflowRun run) {
        String log = log(run);
        return log.contains("has not answered") || log.contains("No answer from the host");
    }

    private static String log(WorkflowRun run) {
        try {
            return JenkinsRule.getLog(run);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
