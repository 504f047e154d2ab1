package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import hudson.model.Result;
import io.jenkins.plugins.loadshare.settings.Yaml;
import io.loadshare.testing.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Steps and scans on a host whose login shell or startup file does odd things. */
@WithJenkins
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StartupFilesStepTest {

    private static final Map<String, String> FILES = Map.of("u1", ".bashrc", "u2", ".tcshrc", "u3", ".none");

    /** Those of the core's own test. */
    private static final Path STARTUP_FILES = Path.of("../src/test/resources/io/loadshare/transport/startup");

    private static Cluster cluster;
    private static JenkinsRule j;

    @BeforeAll
    static void setUp(JenkinsRule rule) throws Exception {
        j = rule;
        cluster = Cluster.start(1, "--users", "3");
        Path accounts = cluster.directory().resolve("etc/passwd");
        String text = Files.readString(accounts);
        text = text.replaceAll("(?m)^(u2:.*:)[^:]*$", "$1/bin/tcsh");
        Files.writeString(accounts, text.replaceAll("(?m)^(u3:.*:)[^:]*$", "$1/var/tmp/recorder"));
        exec("printf '#!/bin/sh\\nexec cat >>/var/tmp/recorded\\n' >/var/tmp/recorder; chmod 755 /var/tmp/recorder;"
                + " : >/var/tmp/recorded; chmod 666 /var/tmp/recorded");
        for (String user : FILES.keySet()) {
            Hosts.addKey(CredentialsScope.GLOBAL, user, user, cluster.identity());
        }
    }

    @AfterAll
    static void stopHosts() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void endWhatIsLeft() {
        exec("for u in u1 u2 u3; do for p in $(ps -o pid= -u $u); do kill -9 $p 2>/dev/null; done; done; true");
        exec("rm -rf /home/u1/.bashrc /home/u2/.tcshrc /home/u?/.loadshare /home/u?/pwned");
    }

    private static String exec(String script, String... arguments) {
        Cluster.Output output = cluster.exec(
                "h1",
                Stream.concat(Stream.of("sh", "-c", script, "sh"), Stream.of(arguments))
                        .toArray(String[]::new));
        assertThat(output.status()).as(output.stderr()).isZero();
        return output.stdout();
    }

    private static void logInAs(String user, int seconds) throws Exception {
        Yaml.load(Hosts.yaml(cluster)
                        .replaceFirst("scan: .*", "scan: { minInterval: 1s, timeout: %ds }".formatted(seconds))
                + Hosts.ssh(cluster, user));
    }

    private static void plant(String user, String file) throws Exception {
        if (file == null) {
            return; // the login shell itself is odd
        }
        String text = Files.readString(STARTUP_FILES.resolve(file));
        exec("printf %s \"$2\" >/home/$1/$3; chown $1 /home/$1/$3", user, text, FILES.get(user));
    }

    private static String run(Result expected, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return JenkinsRule.getLog(j.assertBuildStatus(expected, job.scheduleBuild2(0)));
    }

    @ParameterizedTest
    @CsvSource({"u1, bash-noise", "u1, bash-trap", "u1, bash-late", "u1, bash-functions", "u2, tcsh-lab"})
    void everyByteIsTheScriptsOwn(String user, String file) throws Exception {
        logInAs(user, 30);
        plant(user, file);
        String log = run(Result.SUCCESS, """
            def hosts = loadshareScan(minReachable: 1)
            def text = "tab\\t \\$HOME `id` \\\\ 'a' \\"b\\" é\\nline"
            def out = loadshare returnStdout: true, env: [TEXT: text], script: 'set +x; printf %s "$TEXT"; echo err >&2'
            def status = loadshare returnStatus: true, script: 'set +x; echo own; exit 9'
            echo "status $status, equal ${out == text}"
            """);
        assertThat(log).contains("1 of 1 hosts answered", "\nerr\n", "\nown\n", "status 9, equal true");
    }

    @ParameterizedTest
    @CsvSource({
        "u1, bash-exec-shell, printed nothing",
        "u1, bash-asks, Continue with this login?",
        "u1, bash-exits, ended with status 3 before our command and printed 'only for people'",
        "u1, bash-hangs, printed nothing",
        "u1, bash-merges, sends stderr to stdout",
        "u1, bash-silent, did not run our command",
        "u1, bash-steals, startup files",
        "u2, tcsh-exec-bash, printed nothing",
        "u3, , printed nothing"
    })
    void theHostIsRefusedAndGetsNoInput(String user, String file, String words) throws Exception {
        logInAs(user, 5);
        run(Result.SUCCESS, "loadshareScan()"); // a healthy host, unless its login shell is odd
        plant(user, file);
        String refused = "the login shell of " + user + " on h1 ";
        String step = "loadshare returnStatus: true, wait: '0s', script: 'touch ~/pwned'";
        assertThat(run(Result.FAILURE, step)).contains(refused, words).doesNotContain("\tat ");
        assertThat(run(Result.FAILURE, "loadshareScan minReachable: 1"))
                .contains("0 of 1 hosts answered", refused, words);
        assertThat(exec("cat /var/tmp/recorded")).isEmpty();
        assertThat(exec("ls -A /home/$1", user)).doesNotContain("pwned");
    }
}
