package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Requires;
import io.loadshare.testing.Waiting;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** The desktop of a block outlives its controller. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class DesktopSurvivalTest {

    private static Cluster cluster;

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension().withTimeout(450);

    @BeforeAll
    static void startHosts() {
        Requires.programs("Xvnc", "xterm", "xwininfo");
        cluster = Cluster.start(1);
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void theDesktopIsTheSameAfterAKillOfTheController() throws Throwable {
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + "desktop: { session: exec xterm }\n";
        jenkins.startJenkins();
        jenkins.runRemotely(NamedBuilds::configure, yaml, cluster.identity().toString(), cluster.user(1));
        jenkins.runRemotely(NamedBuilds::begin, "gui", """
            loadshareDesktop {
                loadshare script: 'set +x; echo waiting; until [ -e /tmp/end ]; do sleep 0.2; done; xwininfo -root | grep geometry'
                loadshare script: 'set +x; echo "again: $(xwininfo -root | grep geometry)"'
            }
            """);
        jenkins.runRemotely(NamedBuilds::await, "gui", "waiting");
        String server = servers();
        jenkins.stopJenkinsForcibly();
        jenkins.startJenkins();
        assertThat(servers()).isEqualTo(server).isNotEmpty();
        cluster.exec("h1", "touch", "/tmp/end");

        assertThat(jenkins.runRemotely(DesktopSurvivalTest::finish, "gui"))
                .contains("  -geometry 1920x1080+0+0", "again:   -geometry 1920x1080+0+0");
        Waiting.until("the desktop has ended", () -> servers().isEmpty());
    }

    @Test
    void aFoundDesktopIsUsedAfterAKillOfTheControllerAndNotEnded() throws Throwable {
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + "desktop: { session: exec xterm }\n";
        String key = cluster.identity().toString();
        jenkins.startJenkins();
        jenkins.runRemotely(NamedBuilds::configure, yaml, key, cluster.user(1));
        jenkins.runRemotely(StartedDesktop::start, "desktop-found", "h1", cluster.user(1), key);
        String server = servers();
        try {
            jenkins.runRemotely(NamedBuilds::begin, "gui", """
                loadshareDesktop {
                    loadshare script: 'set +x; echo waiting; until [ -e /tmp/end-found ]; do sleep 0.2; done'
                    loadshare script: 'set +x; echo "again: $(xwininfo -root | grep geometry)"'
                    loadshare script: 'set +x; until [ -e /tmp/end-block ]; do sleep 0.2; done'
                }
                """);
            jenkins.runRemotely(NamedBuilds::await, "gui", "waiting");
            jenkins.stopJenkinsForcibly();
            jenkins.startJenkins();
            jenkins.runRemotely(NamedBuilds::await, "gui", "Jenkins was restarted; going on with desktop h1:");
            cluster.exec("h1", "touch", "/tmp/end-found");
            jenkins.runRemotely(NamedBuilds::await, "gui", "again: ");
            assertThat(servers()).isEqualTo(server).isNotEmpty();
            cluster.exec("h1", "pkill", "-x", "Xvnc");
            jenkins.runRemotely(NamedBuilds::await, "gui", "has ended, the block goes on without it");
            cluster.exec("h1", "touch", "/tmp/end-block");

            assertThat(jenkins.runRemotely(DesktopSurvivalTest::finish, "gui"))
                    .contains("again:   -geometry 1920x1080+0+0")
                    .containsOnlyOnce("Found desktop")
                    .doesNotContain("is ready");
        } finally {
            cluster.exec("h1", "pkill", "-x", "Xvnc");
        }
    }

    private static String servers() {
        return cluster.exec("h1", "pgrep", "-x", "Xvnc").stdout();
    }

    private static String finish(JenkinsRule j, String name) throws Exception {
        return JenkinsRule.getLog(j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(NamedBuilds.run(name))));
    }
}
