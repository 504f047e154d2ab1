package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import io.loadshare.testing.Waiting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way of starting something on a host whose login shell is not what it seems. */
@Tag("ssh")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StartupFilesProgramTest {

    /** Records what it reads. */
    private static final String RECORDER = "#!/bin/sh\necho welcome; exec cat >>/var/tmp/recorded\n";

    @AutoClose
    private static Cluster cluster;

    private static Path program;

    @TempDir
    private Path home;

    private Program loadshare;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = Cluster.start(1, "--users", "3");
        program = InstalledProgram.in(cluster.directory().resolve("program"));
        Path accounts = cluster.directory().resolve("etc/passwd");
        String text = Files.readString(accounts);
        text = text.replaceAll("(?m)^(u1:.*:)[^:]*$", "$1/var/tmp/recorder");
        text = text.replaceAll("(?m)^(u2:.*:)[^:]*$", "$1/bin/tcsh");
        Files.writeString(accounts, text);
        exec(
                "printf %s \"$1\" >/var/tmp/recorder; chmod 755 /var/tmp/recorder; : >/var/tmp/recorded;"
                        + " chmod 666 /var/tmp/recorded",
                RECORDER);
        try (var in = StartupFilesProgramTest.class.getResourceAsStream("/io/loadshare/transport/startup/tcsh-lab")) {
            exec("printf %s \"$1\" >/home/u2/.tcshrc", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static String exec(String script, String... arguments) {
        String[] words = new String[arguments.length + 4];
        System.arraycopy(new String[] {"sh", "-c", script, "sh"}, 0, words, 0, 4);
        System.arraycopy(arguments, 0, words, 4, arguments.length);
        Cluster.Output output = cluster.exec("h1", words);
        assertThat(output.status()).as(output.stderr()).isZero();
        return output.stdout();
    }

    private void configure(String kind, String user, int seconds) {
        String command = kind.equals("jsch") ? "none" : "[ssh, -F, " + cluster.sshConfig() + ", -o, BatchMode=yes]";
        loadshare = new Program(home)
                .installed(program)
                .configure(
                        """
                        hosts:
                          - { name: h1, user: %s }
                        pools:
                          - { name: vnc, hosts: h1 }
                        ssh: { config: %s, knownHosts: %s, command: %s }
                        scan: { timeout: %ds, connectTimeout: 5s }
                        """
                                .formatted(user, cluster.sshConfig(), cluster.knownHosts(), command, seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jsch", "external"})
    void nothingIsSentToAShellThatIsNotOurs(String kind) {
        configure(kind, "u1", 6);
        Program.Result run = loadshare.runWithInput("touch pwned\n", "run", "--no-wait", "--on", "h1", "--", "cat");
        assertThat(run.status()).as(run.toString()).isEqualTo(77);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("the login shell of u1 on h1 did not run our command", "'welcome'", "startup files");
        if (kind.equals("jsch")) {
            assertThat(loadshare.run("scan", "--force").status()).isEqualTo(69);
            assertThat(loadshare.run("load").out())
                    .containsPattern("h1 +unreachable .*the login shell of u1 on h1 did not")
                    .doesNotContain("loadshare-");
            assertThat(loadshare.run("run", "--detach", "--", "true").status()).isEqualTo(77);
            assertThat(loadshare.run("cron", "install").status()).isEqualTo(77);
        }
        assertThat(exec("cat /var/tmp/recorded")).isEmpty();
        assertThat(exec("ls -A /home/u1")).doesNotContain("pwned", ".loadshare");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jsch", "external"})
    void everythingRunsWhateverTheLoginPrintsAndSets(String kind) {
        configure(kind, "u2", 30);

        assertThat(loadshare.run("scan").status()).isZero();
        Program.Result run = loadshare.runWithInput(
                "in\n", "run", "--", "sh", "-c", "cat; echo err >&2; echo $DISPLAY $PATH; exit 9");
        assertThat(run.out()).isEqualTo("in\n:0 /usr/local/bin:/usr/bin:/bin\n");
        assertThat(run.err()).isEqualTo("err\n");
        assertThat(run.status()).isEqualTo(9);

        Program.Result detached = loadshare.run("run", "--detach", "--", "sh", "-c", "echo $DISPLAY; exec sleep 600");
        String id = detached.out().strip();
        assertThat(detached.status()).as(detached.toString()).isZero();
        assertThat(loadshare.run("jobs").out()).contains(id);
        assertThat(loadshare.run("logs", id).out()).isEqualTo(":0\n");
        Program.Running attached = loadshare.start("attach", id);
        Waiting.until("attach prints the output", () -> attached.printed().equals(":0\n"));
        assertThat(loadshare.run("kill", "--grace", "1s", id).status()).isZero();
        assertThat(attached.await("").status()).isEqualTo(143);
        assertThat(loadshare.run("status", id).out()).doesNotContain("running");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jsch", "external"})
    void aLoginThatExitsIsRefusedByEveryCommand(String kind) {
        configure(kind, "u3", 30);
        String id = loadshare.run("run", "--detach", "--", "sleep", "600").out().strip();
        assertThat(id).isNotEmpty();
        exec("echo 'echo only for people; exit 3' >/home/u3/.bashrc");
        try {
            for (String command : List.of(
                    "run --on h1 -- cat",
                    "run --detach -- cat",
                    "jobs",
                    "logs " + id,
                    "attach " + id,
                    "kill " + id,
                    "cron install",
                    "cron remove",
                    "agents add --into /home/u3/agent",
                    "agents remove --into /home/u3/agent",
                    "scan --force",
                    "best",
                    "state check --from h1")) {
                Program.Result refused = loadshare.runWithInput("touch pwned\n", command.split(" "));
                int status = command.startsWith("scan") ? 69 : command.startsWith("state") ? 1 : 77;
                assertThat(refused.status()).as(command + ": " + refused).isEqualTo(status);
                assertThat(refused.out() + refused.err())
                        .as(command)
                        .contains("the login shell of u3 on h1 ended with status 3", "'only for people'");
            }
            if (kind.equals("jsch")) { // which alone asks for keys
                assertThat(loadshare.run("known-hosts", "scan").status()).isZero();
            }
            assertThat(exec("ls -A /home/u3")).doesNotContain("pwned", "agent");
        } finally {
            exec("rm /home/u3/.bashrc");
        }
        assertThat(loadshare.run("kill", "--grace", "1s", id).status()).isZero();
    }
}
