package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Jenkins and the command line beside each other, on hosts with agents and with nothing else in common. */
@WithJenkins
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class AgentsTest {

    private static final String PLACE = "/var/lib/loadshare-agent";
    private static final int SLOTS = 8; // of each job: what happens to run for a moment weighs little beside that
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private static Cluster cluster;

    @TempDir
    private static Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void startHosts() {
        cluster = Cluster.start(4, "--cut");
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Without agents each of them would fill up the three other hosts on its own: twice what is on the first. */
    @Test
    void jenkinsAndTheCommandLineTogetherDoNotHerdOnAHost(JenkinsRule j) throws Exception {
        String patient = "query: { timeout: 1m }\n"; // however slow this machine is
        CommandLine loadshare = new CommandLine(directory);
        loadshare.configure(cluster, patient + "agent: { clients: [198.18.0.0/15] }\n");
        loadshare.run("agents", "add", "--into", PLACE);
        loadshare.run("run", "--on", cluster.host(1), "--slots", "" + 4 * SLOTS, "--detach", "--", "sleep", "600");
        awaitJobs(4);
        loadshare.run("scan", "--force");
        Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
        Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + patient);
        j.assertBuildStatusSuccess(j.waitForCompletion(start(j, "loadshareScan pool: 'all', minReachable: 4")));

        List<CommandLine.Running> atOnce = startJobs(loadshare, 6);
        Waiting.until("the first job of the command line", () -> total("queries_started_total") > 1);
        List<WorkflowRun> runs = new ArrayList<>(List.of(startJobs(j, 6)));
        succeed(atOnce);
        assertSpread(16);
        succeed(startJobs(loadshare, 4));
        assertSpread(20);
        runs.add(startJobs(j, 4));
        assertSpread(24);

        Waiting.until("no open query", () -> total("open_queries") == 0);
        assertThat(total("queries_started_total")).isEqualTo(21);
        assertThat(total("queries_started_total") + total("queries_retreated_total") + total("queries_expired_total"))
                .isEqualTo(total("queries_opened_total"));
        for (WorkflowRun run : runs) {
            run.doStop();
            j.waitForCompletion(run);
        }
        awaitJobs(14);
    }

    private static List<CommandLine.Running> startJobs(CommandLine loadshare, int jobs) throws IOException {
        List<CommandLine.Running> running = new ArrayList<>();
        for (int i = 0; i < jobs; i++) {
            running.add(loadshare.start("run", "--slots", "" + SLOTS, "--detach", "--", "sleep", "600"));
        }
        return running;
    }

    private static void succeed(List<CommandLine.Running> running) throws Exception {
        for (CommandLine.Running one : running) {
            one.succeed();
        }
    }

    private static WorkflowRun startJobs(JenkinsRule j, int jobs) throws Exception {
        return start(j, """
            def jobs = [:]
            for (int i = 0; i < %d; i++) { jobs["j$i"] = { loadshare pool: 'all', slots: %d, script: 'sleep 600' } }
            parallel jobs
            """.formatted(jobs, SLOTS));
    }

    /** Awaits so many jobs in all, and looks whether there is at most one more on a host than on any other. */
    private void assertSpread(int jobs) {
        awaitJobs(jobs);
        LongSummaryStatistics slots = hosts().mapToLong(this::slots).summaryStatistics();
        assertThat(slots.getMax() - slots.getMin())
                .as("of " + jobs + " jobs of " + SLOTS + " slots: " + slots)
                .isLessThanOrEqualTo(SLOTS);
    }

    /** The first one, which is as large as four, counts as four. */
    private void awaitJobs(int jobs) {
        Waiting.until("agents that know " + jobs + " jobs", TIMEOUT, () -> sum(this::slots) == (long) jobs * SLOTS);
    }

    private static WorkflowRun start(JenkinsRule j, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job.scheduleBuild2(0).waitForStart();
    }

    private static IntStream hosts() {
        return IntStream.rangeClosed(1, cluster.size());
    }

    private static long sum(IntToLongFunction ofHost) {
        return hosts().mapToLong(ofHost).sum();
    }

    private long total(String name) {
        return sum(host -> metric(host, name));
    }

    private long slots(int host) {
        return get(host, "/v1/load")
                .lines()
                .filter(line -> line.startsWith("job="))
                .mapToLong(line -> Long.parseLong(line.split("\t")[1]))
                .sum();
    }

    private long metric(int host, String name) {
        String metrics = get(host, "/metrics");
        Matcher line = Pattern.compile("^loadshare_agent_" + name + " (\\d+)$", Pattern.MULTILINE)
                .matcher(metrics);
        assertThat(line.find()).as(() -> "no " + name + " in " + metrics).isTrue();
        return Long.parseLong(line.group(1));
    }

    private String get(int host, String path) {
        URI uri = URI.create("http://" + cluster.address(host) + ":9414" + path);
        try {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new IllegalStateException(uri + " cannot be read: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading " + uri, e);
        }
    }
}
