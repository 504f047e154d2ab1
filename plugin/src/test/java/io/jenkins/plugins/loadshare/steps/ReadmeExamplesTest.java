package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.util.Secret;
import io.jenkins.plugins.loadshare.seats.LicenseProperty;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Cluster;
import io.loadshare.testing.Recipes;
import io.loadshare.testing.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Every Pipeline of the README, and of the recipes of the software guide, runs as it stands there. */
@WithJenkins
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ReadmeExamplesTest {

    private static final String SCRIPT =
            "mkdir -p ~/study && printf '#!/bin/sh\\necho analysed $1 on $LOADSHARE_HOST\\n' > ~/study/analyse.sh"
                    + " && chmod +x ~/study/analyse.sh && chmod 777 ~/study && mkdir -p /data";

    @Test
    void pipelinesOfTheReadmeRun(JenkinsRule j) throws Exception {
        try (Cluster cluster = Cluster.start(2)) {
            for (int i = 1; i <= cluster.size(); i++) {
                Cluster.Output made =
                        cluster.exec(cluster.host(i), "sh", "-c", SCRIPT.replace("~", "~" + cluster.user(1)));
                assertThat(made.status()).as(made.stderr()).isEqualTo(0);
            }
            Hosts.addKey(CredentialsScope.GLOBAL, "key", cluster.user(1), cluster.identity());
            SystemCredentialsProvider.getInstance()
                    .getCredentials()
                    .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "token", "", Secret.fromString("12345")));
            Yaml.load(Hosts.yaml(cluster) + Hosts.ssh(cluster, "key") + """
                pools: [ { name: vnc, hosts: "h[1-2]" }, { name: meg, hosts: h1 } ]
                licenses: [ { name: matlab, process: MATLAB, perUser: 8, rule: spread } ]
                software: [ { name: spm, pool: vnc, license: matlab,
                    versions: [ { name: spm8, path: /opt/spm8 } ], default: spm8 } ]
                """);
            Matcher block = Pattern.compile("```groovy\n(.*?)```", Pattern.DOTALL)
                    .matcher(Files.readString(Path.of("README.md")));
            StringBuilder logs = new StringBuilder();
            while (block.find()) {
                WorkflowJob job = j.createProject(WorkflowJob.class);
                job.setDefinition(new CpsFlowDefinition(block.group(1), true));
                logs.append(JenkinsRule.getLog(j.buildAndAssertSuccess(job)));
                if (block.group(1).contains("needsLicense")) {
                    assertThat(job.getProperty(LicenseProperty.class).getLicense())
                            .isEqualTo("matlab");
                }
            }
            for (String expected : new String[] {
                "analysed subj01 on h",
                "status 0, kernel ",
                "subj01 with spm8 in /opt/spm8, a token of 5 letters",
                "analysed subj03 on h",
                "for " + cluster.user(1),
                "h1 up ",
                "-geometry 1280x800+0+0",
                "a seat on built-in"
            }) {
                assertThat(logs.indexOf(expected))
                        .as(expected + " is not in " + logs)
                        .isGreaterThanOrEqualTo(0);
            }
        }
    }

    @Test
    void pipelinesOfTheRecipesRun(JenkinsRule j, @TempDir Path directory) throws Exception {
        Requires.programs("octave-cli", "xvfb-run", "xauth");
        int pipelines = 0;
        for (Recipes.Recipe recipe : new Recipes(Path.of("").toAbsolutePath().getParent(), directory).read()) {
            Yaml.load("""
                    hosts: [ { name: here, local: true } ]
                    pools: [ { name: vnc, hosts: here }, { name: meg, hosts: here } ]
                    licenses: [ { name: matlab, process: MATLAB, perUser: 8 } ]
                    placement: { slotsPerCore: none }
                    software:
                    """ + recipe.software());
            for (String pipeline : recipe.pipelines()) {
                WorkflowJob job = j.createProject(WorkflowJob.class);
                job.setDefinition(new CpsFlowDefinition(pipeline, true));
                WorkflowRun run = j.buildAndAssertSuccess(job);
                assertThat(JenkinsRule.getLog(run)).as(pipeline).contains(recipe.printed());
                assertThat(run.getArtifacts()).hasSize(pipeline.contains("collect:") ? 1 : 0);
                pipelines++;
            }
        }
        assertThat(pipelines).isGreaterThanOrEqualTo(8);
    }
}
