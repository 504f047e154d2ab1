package io.jenkins.plugins.loadshare.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** Jobs outlive their controller. */
@Timeout(value = 12, unit = TimeUnit.MINUTES)
class SurvivalTest {

    private static Cluster cluster;

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension().withTimeout(900);

    @BeforeAll
    static void startHosts() {
        cluster = Cluster.start(4);
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Prints a line every 50 ms for three minutes. */
    private static final String COUNTING =
            "set +x; i=0; while [ $i -lt 3600 ]; do echo line-$i.; i=$((i+1)); sleep 0.05; done";

    @Test
    void jobsGoOnWhileTheControllerIsRestartedAndKilled() throws Throwable {
        String license = "licenses: [ { name: lic, process: no-such-process, perUser: 1, rule: save } ]\n";
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + license;
        String script = """
            def held = false
            parallel counting: { loadshare hosts: 'h1', script: '%s' },
                ended: {
                    def out = loadshare hosts: 'h2', returnStdout: true, script: 'sleep 25; echo it ended'
                    echo "said <${out.trim()}>"
                    def rc = loadshare hosts: 'h2', returnStatus: true, script: 'exit 5'
                    echo "then $rc"
                },
                waiting: {
                    waitUntil(quiet: true) { held }
                    loadshare hosts: 'h3', license: 'lic', script: 'set +x; echo got-a-seat'
                },
                block: {
                    withLoadshare(hosts: 'h4', license: 'lic') {
                        held = true
                        sleep 150
                        echo "still held ${env.LOADSHARE_HOST}"
                    }
                }
            """.formatted(COUNTING);
        jenkins.startJenkins();
        String key = cluster.identity().toString();
        jenkins.runRemotely(SurvivalTest::begin, yaml, key, cluster.user(1), script);
        jenkins.runRemotely(SurvivalTest::await, "line-40.");
        jenkins.runRemotely(SurvivalTest::await, "holds seats on 1 hosts (perUser 1)");
        jenkins.stopJenkinsForcibly();
        Waiting.until("end of the script on h2", Duration.ofMinutes(2), () -> !runs("h2", "sleep 25"));
        jenkins.startJenkins();
        jenkins.runRemotely(SurvivalTest::await, "said <it ended>");
        String log = jenkins.runRemotely(SurvivalTest::log);
        assertTrue(!log.contains("got-a-seat"), log);
        jenkins.stopJenkins();
        jenkins.startJenkins();
        String whole = jenkins.runRemotely(SurvivalTest::finish);
        assertTrue(whole.contains("then 5"), whole);
        assertTrue(whole.contains("still held h4"), whole);
        assertTrue(
                whole.indexOf("got-a-seat") > whole.indexOf("still held h4"),
                "the license limit holds over restarts: " + whole);
        List<String> lines = whole.lines()
                .filter(line -> line.matches("(\\[counting\\] )?line-\\d+\\."))
                .map(line -> line.replaceFirst("^\\[counting\\] ", ""))
                .toList();
        assertEquals(IntStream.range(0, 3600).mapToObj(i -> "line-" + i + ".").toList(), lines);
        assertTrue(!runs("h4", "sleep 2147483647"), "the place of the block is given back");
    }

    private static boolean runs(String host, String command) {
        return cluster.exec(host, "pgrep", "-fx", command).status() == 0;
    }

    private static void begin(JenkinsRule j, String yaml, String key, String user, String script) throws Exception {
        Hosts.addKey(CredentialsScope.GLOBAL, "key", user, Path.of(key));
        Yaml.load(yaml);
        j.jenkins.save();
        WorkflowJob job = j.createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition(script, true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static WorkflowRun run() {
        return Jenkins.get().getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
    }

    private static void await(JenkinsRule j, String message) throws Exception {
        j.waitForMessage(message, run());
    }

    private static String log(JenkinsRule j) throws Exception {
        return JenkinsRule.getLog(run());
    }

    private static String finish(JenkinsRule j) throws Exception {
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(run()));
        return log(j);
    }
}
