package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.ExtensionList;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.actions.LogAction;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.log.TaskListenerDecorator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** The controller is killed at the worst moments. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class KillTest {

    private static Cluster cluster;

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension().withTimeout(600);

    @BeforeAll
    static void startHosts() {
        cluster = Cluster.start(1);
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** What of a batch of output is in the log when the controller is killed. */
    private enum Moment {
        ALL,
        WHOLE_LINES,
        HALF_A_LINE
    }

    private static final List<String> NAMES = List.of("ALL", "WHOLE_LINES", "HALF_A_LINE", "BEFORE_START");

    /** Prints ten lines at a time until it is told to end. */
    private static final String COUNTING = "set +x; echo $JOB_NAME >> /tmp/began; i=0; until [ -e /tmp/end ]; do"
            + " for j in 0 1 2 3 4 5 6 7 8 9; do echo line-$i.; i=$((i+1)); done; sleep 0.2; done; echo total-$i";

    @Test
    void outputIsNeitherLostNorRepeatedWhereverTheKillHitsAndNoJobStartsTwice() throws Throwable {
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key");
        jenkins.startJenkins();
        jenkins.runRemotely(KillTest::configure, yaml, cluster.identity().toString(), cluster.user(1));
        for (Moment moment : Moment.values()) {
            jenkins.runRemotely(KillTest::haltAt, moment);
            killedWith(moment.name());
        }
        jenkins.runRemotely(KillTest::haltBeforeStart);
        killedWith("BEFORE_START");
        newsOfAll();
        jenkins.stopJenkinsForcibly();
        forgetThatJobsWereStarted();
        jenkins.startJenkins();
        newsOfAll();
        cluster.exec("h1", "touch", "/tmp/end");
        assertThat(cluster.exec("h1", "cat", "/tmp/began").stdout().lines().toList())
                .isEqualTo(NAMES);
        for (String name : NAMES) {
            assertWhole(jenkins.runRemotely(KillTest::finish, name));
        }
    }

    private void newsOfAll() throws Throwable {
        for (String name : NAMES) {
            jenkins.runRemotely(KillTest::awaitNews, name);
        }
    }

    private void killedWith(String name) throws Throwable {
        jenkins.runRemotely(KillTest::start, name, COUNTING);
        Waiting.until("the kill of the controller by build " + name, () -> !jenkins.isAlive());
        jenkins.stopJenkinsForcibly(); // so that it may be started
        jenkins.startJenkins();
    }

    /** As if the controller had been killed after the start of a job, and before that was on record. */
    private void forgetThatJobsWereStarted() throws IOException {
        Path records = jenkins.getHome().toPath().resolve("loadshare/jobs");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(records, "*.properties")) {
            for (Path file : files) {
                List<String> lines = Files.readAllLines(file);
                assertThat(lines.removeIf(line -> line.startsWith("job=")))
                        .as(lines::toString)
                        .isTrue();
                Files.write(file, lines);
            }
        }
    }

    private static void assertWhole(String log) {
        List<String> lines = log.lines().filter(line -> line.contains("line-")).toList();
        int total = Integer.parseInt(
                log.replaceFirst("(?s).*\ntotal-", "").lines().findFirst().orElseThrow());
        assertThat(lines)
                .isEqualTo(IntStream.range(0, total)
                        .mapToObj(i -> "line-" + i + ".")
                        .toList());
        assertThat(log).contains("Jenkins was restarted; going on with job");
        assertThat(log).doesNotContain("Exception");
    }

    private static void configure(JenkinsRule j, String yaml, String key, String user) throws Exception {
        Hosts.addKey(CredentialsScope.GLOBAL, "key", user, Path.of(key));
        Yaml.load(yaml);
    }

    private static void start(JenkinsRule j, String name, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition("loadshare script: '" + script + "'", true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static WorkflowRun run(String name) {
        return Jenkins.get().getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
    }

    private static void awaitNews(JenkinsRule j, String name) throws Exception {
        String before = JenkinsRule.getLog(run(name));
        Waiting.until("output of " + name + " after the last start", () -> {
            String now = JenkinsRule.getLog(run(name));
            return now.substring(before.length()).contains("line-");
        });
    }

    /** The log of the step: that of the build has words of Jenkins within the line that was torn. */
    private static String finish(JenkinsRule j, String name) throws Exception {
        WorkflowRun run = j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(run(name)));
        FlowNode step = new DepthFirstScanner()
                .findFirstMatch(
                        run.getExecution(),
                        node -> node.getDisplayFunctionName().equals("loadshare"));
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        step.getAction(LogAction.class).getLogText().writeLogTo(0, log);
        return log.toString(StandardCharsets.UTF_8);
    }

    private static void haltAt(JenkinsRule j, Moment moment) {
        ExtensionList.lookup(TaskListenerDecorator.Factory.class)
                .add(0, owner -> isOf(owner, moment) ? new Halting(moment) : null);
    }

    private static boolean isOf(FlowExecutionOwner owner, Moment moment) {
        try {
            return owner.getUrl().contains("/" + moment + "/");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void haltBeforeStart(JenkinsRule j) {
        Logger.getLogger("io.jenkins.plugins.loadshare.audit").addHandler(new Handler() {
            @Override
            public void publish(LogRecord record) {
                Runtime.getRuntime().halt(137);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    /** Halts the controller when it writes the first batch that begins after line 40. */
    private static final class Halting extends TaskListenerDecorator {

        private static final long serialVersionUID = 1;

        private final Moment moment;

        Halting(Moment moment) {
            this.moment = moment;
        }

        @Override
        public OutputStream decorate(OutputStream log) {
            return new FilterOutputStream(log) {

                private boolean halt;

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    String batch = new String(bytes, from, length, StandardCharsets.UTF_8);
                    halt = batch.matches("(?s)line-([4-9]\\d|\\d{3,})\\.\n.+");
                    int part = length;
                    if (halt && moment == Moment.WHOLE_LINES) {
                        part = batch.indexOf('\n', length / 2) + 1;
                    } else if (halt && moment == Moment.HALF_A_LINE) {
                        part = batch.indexOf('\n', length / 2) - 3;
                    }
                    out.write(bytes, from, part);
                    if (part < length) {
                        flush();
                    }
                }

                @Override
                public void flush() throws IOException {
                    super.flush();
                    if (halt) {
                        Runtime.getRuntime().halt(137);
                    }
                }
            };
        }
    }
}
