package io.jenkins.plugins.loadshare.page;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.host.HostName;
import io.loadshare.testing.Waiting;
import java.time.Instant;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.actions.PauseAction;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A build that waits for a host, as the page, its JSON and the graph of the build show it. */
@WithJenkins
class QueueTest {

    private static final HostName HERE = new HostName("here");

    @Test
    void aWaitingStepIsInTheQueueAndItsWaitIsAPause(JenkinsRule j) throws Throwable {
        TestingHosts.configure("hosts: [ { name: here, local: true } ]\nretry: { first: 1s, max: 1s }\n"
                + "placement: { slotsPerCore: none }");
        JenkinsState.get().directory().drain(HERE, "new <b>disks</b>", "root", Instant.now());
        WorkflowJob job = j.createProject(WorkflowJob.class, "analysis");
        job.setDefinition(new CpsFlowDefinition("loadshare script: 'echo ran', slots: 2", true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        j.waitForMessage("new <b>disks</b>", run);

        JSONObject request = queue(j).getJSONObject(0);
        assertThat(request.getInt("position")).isEqualTo(1);
        assertThat(request.getString("requirements")).isEqualTo("a job on any host, 2 slots");
        assertThat(request.getString("user")).isEqualTo(System.getProperty("user.name"));
        assertThat(request.getString("reason")).contains("drained by root", "new <b>disks</b>");
        assertThat(Instant.parse(request.getString("since"))).isBefore(Instant.now());
        assertThat(Instant.parse(request.getString("nextTry"))).isAfter(Instant.parse(request.getString("since")));
        assertThat(request.getJSONObject("build").getString("url")).isEqualTo(run.getUrl());
        String page = j.createWebClient()
                .withJavaScriptEnabled(false)
                .goTo("loadshare/")
                .getWebResponse()
                .getContentAsString();
        assertThat(page).contains(request.getString("id"), "new &lt;b>disks", run.getUrl());
        assertThat(PauseAction.isPaused(step(run))).isTrue();

        TestingHosts.configure("hosts: [ { name: here, local: true }, { name: there, address: 127.0.0.1, port: 1 } ]\n"
                + "retry: { first: 1s, max: 1s }");
        Waiting.until(
                "the request with the new settings",
                () -> queue(j).getJSONObject(0).getString("reason").contains("there"));
        assertThat(queue(j).size()).isEqualTo(1);
        assertThat(queue(j).getJSONObject(0).getString("id")).isEqualTo(request.getString("id"));
        assertThat(queue(j).getJSONObject(0).getString("since")).isEqualTo(request.getString("since"));

        j.restart();
        WorkflowRun resumed =
                j.jenkins.getItemByFullName("analysis", WorkflowJob.class).getBuildByNumber(1);
        Waiting.until("the request after the restart", () -> queue(j).size() == 1);
        assertThat(PauseAction.isPaused(step(resumed))).isTrue();
        String id = queue(j).getJSONObject(0).getString("id");
        JenkinsState.get().directory().undrain(HERE);
        j.assertBuildStatus(Result.SUCCESS, j.waitForCompletion(resumed));
        assertThat(JenkinsRule.getLog(resumed)).contains("Job " + id + " goes to here");
        assertThat(queue(j).size()).isZero();
        FlowNode step = step(resumed);
        assertThat(PauseAction.isPaused(step)).isFalse();
        assertThat(PauseAction.getPauseActions(step)).hasSize(1);
        assertThat(PauseAction.getPauseDuration(step)).isPositive();
    }

    @Test
    void anAbortEndsThePauseAndTheRequest(JenkinsRule j) throws Exception {
        TestingHosts.configure("hosts: [ { name: here, local: true } ]");
        JenkinsState.get().directory().drain(HERE, "new disks", "root", Instant.now());
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("withLoadshare { echo 'ran' }", true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        j.waitForMessage("new disks", run);
        assertThat(PauseAction.isPaused(step(run))).isTrue();
        run.doStop();
        j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(run));
        assertThat(PauseAction.isPaused(step(run))).isFalse();
        assertThat(queue(j).size()).isZero();

        JenkinsState.get().directory().undrain(HERE);
        WorkflowJob licensed = j.createProject(WorkflowJob.class);
        licensed.setDefinition(new CpsFlowDefinition(
                "loadshare retryLicense: 1, script: '#!/bin/sh\\necho License Manager Error -4; exit 5'", true));
        WorkflowRun retried = licensed.scheduleBuild2(0).waitForStart();
        Waiting.until("the retry in the queue", () -> queue(j).size() == 1);
        JSONObject request = queue(j).getJSONObject(0);
        assertThat(request.getString("reason")).contains(" on here got no license: ", "(retry 1 of 1)");
        assertThat(Instant.parse(request.getString("nextTry"))).isAfter(Instant.now());
        assertThat(request.getJSONObject("build").getString("url")).isEqualTo(retried.getUrl());
        assertThat(PauseAction.isPaused(step(retried))).isTrue();
        retried.doStop();
        j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(retried));
        assertThat(queue(j).size()).isZero();
    }

    private static FlowNode step(WorkflowRun run) {
        return new DepthFirstScanner()
                .findFirstMatch(
                        run.getExecution(),
                        node -> !PauseAction.getPauseActions(node).isEmpty());
    }

    private static JSONArray queue(JenkinsRule j) throws Exception {
        return j.createWebClient()
                .getJSON(j.getURL() + "loadshare/api/json")
                .getJSONObject()
                .getJSONArray("queue");
    }
}
