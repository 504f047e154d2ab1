package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.Util;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** What a build leaves on its hosts when the controller is killed and the build's directory is deleted. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class GoneBuildTest {

    private static Cluster cluster;

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension().withTimeout(600);

    @BeforeAll
    static void startHosts() {
        cluster = Cluster.start(2);
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void itsSlotsAndTicketsAreReleasedAndItsScriptCanBeEnded() throws Throwable {
        String yaml = Hosts.yaml(cluster) + Hosts.ssh(cluster, "key")
                + "licenses: [ { name: lic, process: no-such-process, perUser: 1, rule: save } ]\n";
        jenkins.startJenkins();
        jenkins.runRemotely(GoneBuildTest::configure, yaml, cluster.identity().toString(), cluster.user(1));
        jenkins.runRemotely(
                GoneBuildTest::begin,
                "holder",
                "withLoadshare(hosts: 'h1', license: 'lic') { loadshare hosts: 'h1', script: 'echo held; sleep 312.1' }",
                "+ echo held");
        jenkins.runRemotely(
                GoneBuildTest::begin,
                "waiter",
                "loadshare hosts: 'h2', license: 'lic', script: 'true'",
                "Waiting for a place");
        assertThat(runs("sleep 2147483647")).isTrue();
        jenkins.stopJenkinsForcibly();
        for (String name : List.of("holder", "waiter")) {
            Util.deleteRecursive(jenkins.getHome()
                    .toPath()
                    .resolve("jobs/" + name + "/builds/1")
                    .toFile());
        }
        jenkins.startJenkins();
        Waiting.until("end of the holder", Duration.ofMinutes(1), () -> !runs("sleep 2147483647"));
        String log = jenkins.runRemotely(GoneBuildTest::runNext);
        assertThat(log).contains("got the seat");
        assertThat(log).doesNotContain("older requests");
        assertThat(runs("sleep 312.1")).isTrue();
        jenkins.runRemotely(GoneBuildTest::endOrphan);
        assertThat(runs("sleep 312.1")).isFalse();
    }

    private static boolean runs(String command) {
        return cluster.exec("h1", "pgrep", "-fx", command).status() == 0;
    }

    private static void configure(JenkinsRule j, String yaml, String key, String user) throws Exception {
        Hosts.addKey(CredentialsScope.GLOBAL, "key", user, Path.of(key));
        Yaml.load(yaml);
        j.jenkins.save();
    }

    private static WorkflowJob job(JenkinsRule j, String name, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private static void begin(JenkinsRule j, String name, String script, String message) throws Exception {
        j.waitForMessage(message, job(j, name, script).scheduleBuild2(0).waitForStart());
    }

    private static String runNext(JenkinsRule j) throws Exception {
        WorkflowJob next =
                job(j, "next", "loadshare hosts: 'h2', license: 'lic', wait: '90s', script: 'echo got the seat'");
        return JenkinsRule.getLog(j.assertBuildStatus(Result.SUCCESS, next.scheduleBuild2(0)));
    }

    private static void endOrphan(JenkinsRule j) throws Exception {
        LoadshareService service = LoadshareService.get();
        List<BuildJob> left = service.jobs().running();
        assertThat(left.size()).isEqualTo(1);
        assertThat(service.jobs().isOrphan(left.get(0))).isTrue();
        service.jobActions().abort(left.get(0), "administrator").get(1, TimeUnit.MINUTES);
        assertThat(service.jobs().running()).isEqualTo(List.of());
        assertThat(service.wiring().reservations().view().claim(left.get(0).id()))
                .as("the slot of the ended job")
                .isEmpty();
    }
}
