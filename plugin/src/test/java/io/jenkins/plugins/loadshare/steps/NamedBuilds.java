package io.jenkins.plugins.loadshare.steps;

import com.cloudbees.plugins.credentials.CredentialsScope;
import io.jenkins.plugins.loadshare.settings.Yaml;
import java.nio.file.Path;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;

/** The builds of a test that restarts Jenkins, by the names of their jobs: each job has one build. */
public final class NamedBuilds {

    private NamedBuilds() {}

    /** Applies YAML, and stores a key for all builds. */
    public static void configure(JenkinsRule j, String yaml, String key, String user) throws Exception {
        Hosts.addKey(CredentialsScope.GLOBAL, "key", user, Path.of(key));
        Yaml.load(yaml);
        j.jenkins.save();
    }

    public static void begin(JenkinsRule j, String name, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        job.scheduleBuild2(0).waitForStart();
    }

    public static WorkflowRun run(String name) {
        return Jenkins.get().getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
    }

    /** Waits for a message in the log of a build. */
    public static void await(JenkinsRule j, String name, String message) throws Exception {
        j.waitForMessage(message, run(name));
    }
}
