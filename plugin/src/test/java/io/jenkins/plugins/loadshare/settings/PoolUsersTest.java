package io.jenkins.plugins.loadshare.settings;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockFolder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class PoolUsersTest {

    @Test
    void poolIsUsableByTheNamedFoldersAndJobsOnly(JenkinsRule j) throws Exception {
        Yaml.load("""
                hosts: [ { name: a } ]
                pools: [ { name: open, hosts: a }, { name: closed, hosts: a, usableBy: [imaging, team/nightly] } ]
                """);
        Settings settings = Settings.current();
        MockFolder imaging = j.createFolder("imaging");
        FreeStyleProject inside =
                imaging.createProject(MockFolder.class, "sub").createProject(FreeStyleProject.class, "job");
        FreeStyleProject named = j.createFolder("team").createProject(FreeStyleProject.class, "nightly");
        FreeStyleProject similar = j.createFreeStyleProject("imaging2");
        assertThat(settings.mayUse("closed", inside)).isTrue();
        assertThat(settings.mayUse("closed", named)).isTrue();
        assertThat(settings.mayUse("closed", similar)).isFalse();
        assertThat(settings.mayUse("closed", (MockFolder) named.getParent())).isFalse();
        assertThat(settings.mayUse("open", similar)).isTrue();
    }
}
