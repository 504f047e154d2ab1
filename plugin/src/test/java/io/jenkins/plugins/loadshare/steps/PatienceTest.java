package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Waiting;
import java.time.Duration;
import java.time.Instant;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

class PatienceTest {

    private static final Duration WAIT = Duration.ofSeconds(30);

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @Test
    void waitCountsFromTheFirstBeginningAlsoOverARestart() throws Throwable {
        Instant[] began = new Instant[1];
        sessions.then(j -> {
            Yaml.load("hosts: [ { name: here, local: true } ]\npools: [ { name: all, hosts: here } ]\n"
                    + "licenses: [ { name: lic, process: no-such-process, perUser: 1, server: [ \"false\" ] } ]");
            WorkflowJob job = j.createProject(WorkflowJob.class, "job");
            job.setDefinition(new CpsFlowDefinition(
                    "loadshare script: 'true', license: 'lic', wait: '" + WAIT.toSeconds() + "s'", true));
            WorkflowRun run = job.scheduleBuild2(0).waitForStart();
            j.waitForMessage("Waiting for a place", run);
            began[0] = Instant.now();
        });
        Waiting.until(
                "end of the patience", WAIT.multipliedBy(2), () -> Instant.now().isAfter(began[0].plus(WAIT)));
        sessions.then(j -> {
            WorkflowRun run =
                    j.jenkins.getItemByFullName("job", WorkflowJob.class).getLastBuild();
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(run));
            String log = JenkinsRule.getLog(run);
            assertThat(log).contains("no place for");
            assertThat(log.split("Waiting for a place", -1).length)
                    .as("it waited once, before the restart: " + log)
                    .isEqualTo(2);
        });
    }
}
