package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    /** Prints a line every 50 ms until it is told to end. */
    private static final String COUNTING =
            "set +x; i=0; until [ -e /tmp/end ]; do echo line-$i.; i=$((i+1)); sleep 0.05; done; echo total-$i";

    private static final String LICENSES = """
        pools: [ { name: all, hosts: "h[1-4]" }, { name: first, hosts: h1 } ]
        licenses: [ { name: lic, process: no-such-process, perUser: 1, rule: save },
            { name: other, process: no-such-process, perUser: 1, rule: save } ]
        software: [ { name: counter, pool: first, license: lic, versions: [ { name: v1, path: /v1 } ], default: v1 } ]
        """;

    private static final String REFUSAL = "holds seats on 1 hosts (perUser 1)";

    @Test
    void jobsGoOnWhileTheControllerIsRestartedAndKilled() throws Throwable {
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + LICENSES;
        jenkins.startJenkins();
        jenkins.runRemotely(NamedBuilds::configure, yaml, cluster.identity().toString(), cluster.user(1));
        jenkins.runRemotely(NamedBuilds::begin, "jobs", """
            parallel counting: { loadshare software: 'counter', script: '%s' },
                ended: {
                    def out = loadshare hosts: 'h2', returnStdout: true, collect: 'figures/**',
                        script: 'until [ -e /tmp/end ]; do sleep 1; done; mkdir figures; date > figures/a.txt; echo it ended'
                    echo "said <${out.trim()}>"
                    def rc = loadshare hosts: 'h2', returnStatus: true, retryLicense: 1,
                        script: 'set +x; echo License Manager Error -4; exit 5'
                    echo "then $rc"
                },
                block: {
                    withLoadshare(hosts: 'h4', license: 'other') {
                        loadshare hosts: 'h4', script: 'echo held; until [ -e /tmp/end ]; do sleep 1; done'
                        echo "still held ${env.LOADSHARE_HOST}"
                    }
                }
            """.formatted(COUNTING));
        jenkins.runRemotely(NamedBuilds::await, "jobs", "line-40.");
        jenkins.runRemotely(NamedBuilds::await, "jobs", "+ echo held");
        jenkins.runRemotely(NamedBuilds::begin, "waiters", """
            parallel step: { loadshare hosts: 'h3', license: 'lic', script: 'set +x; echo got-that-of-the-step' },
                block: { loadshare hosts: 'h3', license: 'other', script: 'set +x; echo got-that-of-the-block' }
            """);
        jenkins.runRemotely(SurvivalTest::awaitRefusals, 2);
        jenkins.stopJenkinsForcibly();
        end("h2");
        Waiting.until("end of the job on h2", () -> !runs("h2", "loadshare-job"));
        jenkins.startJenkins();
        jenkins.runRemotely(NamedBuilds::await, "jobs", "said <it ended>");
        jenkins.runRemotely(SurvivalTest::awaitRefusals, 4);
        jenkins.runRemotely(NamedBuilds::await, "jobs", "(retry 1 of 1)");
        jenkins.stopJenkins();
        jenkins.startJenkins();
        jenkins.runRemotely(SurvivalTest::awaitRefusals, 6);
        jenkins.runRemotely(SurvivalTest::scan);
        assertThat(jenkins.runRemotely(SurvivalTest::log, "waiters"))
                .as("limits hold over restarts")
                .doesNotContain("got-");
        end("h1");
        jenkins.runRemotely(NamedBuilds::await, "waiters", "got-that-of-the-step");
        assertThat(jenkins.runRemotely(SurvivalTest::log, "waiters")).doesNotContain("got-that-of-the-block");
        end("h4");
        String whole = jenkins.runRemotely(SurvivalTest::finish, "jobs");
        jenkins.runRemotely(SurvivalTest::finish, "waiters");
        assertThat(whole).contains("then 5").contains("Collected 1 file (");
        assertThat(whole.split("\n(\\[ended\\] )?License Manager Error -4", -1))
                .as("output of the job without a license: once for the first run, once for its retry")
                .hasSize(3);
        assertThat(jenkins.runRemotely(SurvivalTest::artifacts, "jobs")).isEqualTo("figures/a.txt");
        assertThat(whole).contains("still held h4");
        List<String> lines = whole.lines()
                .filter(line -> line.matches("(\\[counting\\] )?line-\\d+\\."))
                .map(line -> line.replaceFirst("^\\[counting\\] ", ""))
                .toList();
        int total = Integer.parseInt(
                whole.replaceFirst("(?s).*total-", "").lines().findFirst().orElseThrow());
        assertThat(lines)
                .isEqualTo(IntStream.range(0, total)
                        .mapToObj(i -> "line-" + i + ".")
                        .toList());
        assertThat(runs("h4", "sleep 2147483647"))
                .as("the place of the block is given back")
                .isFalse();
    }

    private static void end(String host) {
        cluster.exec(host, "touch", "/tmp/end");
    }

    private static boolean runs(String host, String pattern) {
        return cluster.exec(host, "pgrep", "-f", pattern).status() == 0;
    }

    private static void awaitRefusals(JenkinsRule j, int count) {
        Waiting.until(
                count + " refusals by the rule of the license",
                Duration.ofMinutes(2),
                () -> log(j, "waiters").split(Pattern.quote(REFUSAL), -1).length > count);
    }

    private static void scan(JenkinsRule j) throws Exception {
        LoadshareService.get().scanNow().get();
    }

    private static String log(JenkinsRule j, String name) throws Exception {
        return JenkinsRule.getLog(NamedBuilds.run(name));
    }

    private static String artifacts(JenkinsRule j, String name) {
        return NamedBuilds.run(name).getArtifacts().stream()
                .map(artifact -> artifact.relativePath)
                .collect(Collectors.joining(" "));
    }

    private static String finish(JenkinsRule j, String name) throws Exception {
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(NamedBuilds.run(name)));
        return log(j, name);
    }
}
