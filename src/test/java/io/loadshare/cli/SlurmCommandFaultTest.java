package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Cluster;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the user reads when a command of a real Slurm is missing, refuses, hangs, or prints another format. */
@Tag("ssh")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SlurmCommandFaultTest {

    private static final String MISSING = "missing";

    private static Cluster cluster;

    @TempDir
    private Path home;

    private Program loadshare;
    private String replaced;

    @BeforeAll
    static void startSlurm() {
        cluster = Cluster.start(1, "--users", "1");
        cluster.startSlurm(1);
    }

    @AfterAll
    static void endSlurm() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void configure() {
        loadshare = new Program(home)
                .configure(
                        """
                        hosts: [ { name: h1, user: u1 } ]
                        pools: [ { name: hpc, slurm: { login: h1 } } ]
                        ssh: { config: %s, knownHosts: %s }
                        """
                                .formatted(cluster.sshConfig(), cluster.knownHosts()));
    }

    @AfterEach
    void restore() {
        onLogin("umount /usr/bin/" + replaced + "; scancel --user=u1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sinfo   | missing                                   | no sinfo in PATH",
                "sinfo   | echo 'sinfo: error: Access denied'; exit 1 | sinfo failed: sinfo: error: Access denied",
                "sinfo   | exec sleep 60                             | sinfo gave no answer within 8 s",
                "sinfo   | echo 'version 99'                         | sinfo printed \"version 99\"",
                "squeue  | missing                                   | no squeue in PATH",
                "squeue  | echo 'squeue: error: Access denied'; exit 1 | squeue failed: squeue: error: Access denied",
                "squeue  | exec sleep 60                             | squeue gave no answer within 8 s",
                "squeue  | echo 'version 99'                         | squeue printed \"version 99\"",
                "scontrol | missing                                  | no scontrol in PATH",
            })
    void aScanNamesTheCommandAndItsOutput(String command, String script, String message) {
        replace(command, script);

        Program.Result scan = loadshare.run("scan");
        assertThat(scan.status()).isEqualTo(1);
        assertThat(scan.err()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sbatch  | missing                                   | no sbatch in PATH",
                "sbatch  | echo 'sbatch: error: Unable to contact slurm controller' >&2; exit 1 | sbatch failed with status 1: sbatch: error: Unable to contact slurm controller",
                "sbatch  | echo 'version 99'                         | sbatch failed with status 0: version 99",
            })
    void aJobThatIsNotSubmittedNamesTheCommandAndItsOutput(String command, String script, String message) {
        replace(command, script);

        Program.Result run = loadshare.run("run", "--pool", "hpc", "--no-wait", "--", "true");
        assertThat(run.status()).isBetween(69, 77);
        assertThat(run.err()).contains(message);
        assertThat(onLogin("squeue -h")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scancel  | missing                                   | no scancel in PATH",
                "scancel  | echo 'scancel: error: Access denied' >&2; exit 1 | scancel failed with status 1: scancel: error: Access denied",
                "scancel  | exec sleep 60                             | scancel gave no answer within 8 s",
                "squeue  | missing                                   | no squeue in PATH",
                "squeue  | exec sleep 60                             | squeue gave no answer within 8 s",
            })
    void aJobThatCannotBeEndedNamesTheCommandAndItsOutput(String command, String script, String message) {
        String job = loadshare
                .run("run", "--pool", "hpc", "--detach", "--", "sleep", "300")
                .out()
                .strip();
        replace(command, script);

        Program.Result kill = loadshare.run("kill", job);
        assertThat(kill.status()).isNotZero();
        assertThat(kill.err()).contains(message);
        assertThat(onLogin("scontrol show job -o | grep 'JobName=loadshare-" + job + " '"))
                .as("it goes on")
                .containsPattern("JobState=(PENDING|RUNNING)");
    }

    private void replace(String command, String script) {
        replaced = command;
        String file = "/run/" + command + ".fault";
        onLogin(
                script.equals(MISSING)
                        ? "mount --bind /dev/null /usr/bin/" + command
                        : "printf '%s\\n' '#!/bin/sh' \"" + script.replace("\"", "\\\"") + "\" >" + file
                                + "; chmod 755 " + file + "; mount --bind " + file + " /usr/bin/" + command);
    }

    private static String onLogin(String line) {
        Cluster.Output output = cluster.exec(cluster.host(1), "sh", "-c", line);
        assertThat(output.status()).as(line + ": " + output.stderr()).isZero();
        return output.stdout().strip();
    }
}
