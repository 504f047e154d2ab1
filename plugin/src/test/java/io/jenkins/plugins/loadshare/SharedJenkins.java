package io.jenkins.plugins.loadshare;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Item;
import hudson.model.Node;
import hudson.security.AuthorizationStrategy;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Waiting;
import java.util.Arrays;
import java.util.List;
import org.jvnet.hudson.test.JenkinsRule;

/** A Jenkins that the tests of a class share, because a start takes longer than most tests. */
public final class SharedJenkins {

    private SharedJenkins() {}

    /** Removes what a test may have left: its builds, jobs, nodes, users, credentials and settings. */
    public static void empty(JenkinsRule j) throws Exception {
        j.jenkins.setSecurityRealm(SecurityRealm.NO_AUTHENTICATION);
        j.jenkins.setAuthorizationStrategy(AuthorizationStrategy.UNSECURED);
        SystemCredentialsProvider.getInstance().getCredentials().clear();
        j.jenkins.getQueue().clear();
        for (Computer computer : j.jenkins.getComputers()) {
            computer.getExecutors().stream().filter(Executor::isBusy).forEach(Executor::interrupt);
        }
        Waiting.until(
                () -> Arrays.stream(j.jenkins.getComputers()).allMatch(computer -> computer.countBusy() == 0),
                () -> "a build of the last test still runs");
        for (Node node : List.copyOf(j.jenkins.getNodes())) {
            j.jenkins.removeNode(node);
        }
        Waiting.until(() -> j.jenkins.getComputers().length <= 1, () -> "a node of the last test is still there");
        for (Item item : List.copyOf(j.jenkins.getItems())) {
            item.delete();
        }
        j.jenkins.clouds.clear();
        Yaml.forget();
    }
}
