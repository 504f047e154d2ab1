package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.job.ConnectionListener;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobSettings;
import io.loadshare.job.JobSpec;
import io.loadshare.job.JobState;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for foreground jobs on every host, however it is reached. */
abstract class ForegroundJobContract extends JobTestBase {

    @Test
    void streamsAndStatusAreThePrograms() {
        Outcome outcome =
                run(JobSpec.of(newId(), List.of("sh", "-c", "cat; echo words >&2; exit 7")), "data".getBytes());
        assertThat(outcome).isEqualTo(new Outcome(7, "data", "words\n"));
    }

    @Test
    void aProgramKilledByASignalEndsWith128AndItsNumberAndNothingIsSaid() {
        assertThat(run(JobSpec.of(newId(), List.of("sh", "-c", "kill -SEGV $$"))))
                .isEqualTo(new Outcome(128 + 11, "", ""));
        assertThat(run(JobSpec.of(newId(), List.of("sh", "-c", "kill -KILL $$"))))
                .isEqualTo(new Outcome(128 + 9, "", ""));
    }

    @Test
    void aProgramThatDoesNotExistEndsWith127() {
        Outcome outcome = run(JobSpec.of(newId(), List.of("no-such-program")));
        assertThat(outcome.status()).isEqualTo(127);
        assertThat(outcome.stderr()).contains("no-such-program");
    }

    @Test
    void aShellBuiltinIsNeverMeant() {
        assertThat(run(JobSpec.of(newId(), List.of("echo", "a\\nb"))).stdout()).isEqualTo("a\\nb\n");
        assertThat(run(JobSpec.of(newId(), List.of("exit", "3"))).status()).isEqualTo(127);
    }

    @Test
    void theWrapperLeadsTheSessionAndIsKnownByItsArguments() {
        String id = newId();
        String script =
                "cut -d' ' -f6 /proc/$$/stat; s=$(cut -d' ' -f6 /proc/$$/stat); tr '\\000' ' ' </proc/$s/cmdline";
        Outcome outcome = run(JobSpec.of(id, List.of("sh", "-c", script)).withSlots(3));
        assertThat(outcome.stdout())
                .endsWith("/.loadshare/" + host().name() + "/" + id + "/command loadshare-job " + id + " 3 ");
    }

    @Test
    void environmentSecretsAndPlaceReachTheProgram() {
        String id = newId();
        JobSpec spec = JobSpec.of(
                        id,
                        List.of(
                                "sh",
                                "-c",
                                "echo \"$A|$B|$LOADSHARE_JOB|$LOADSHARE_HOST\"; ls -A ~/.loadshare/*/$LOADSHARE_JOB | grep -c -e secrets -e '^status$'"))
                .withEnvironment(Map.of("A", "it's\n$HOME"))
                .withSecrets(Map.of("B", "s3cret 'x'"));
        Outcome outcome = run(spec);
        assertThat(outcome.stdout()).isEqualTo("it's\n$HOME|s3cret 'x'|" + id + "|" + host().name() + "\n0\n");
        assertThat(sh("grep -r s3cret ~/.loadshare || echo none")).isEqualTo("none");
    }

    @Test
    void aRequiredDirectoryMustExist() {
        Outcome outcome = run(JobSpec.of(newId(), List.of("pwd")).withDirectory("/no/such\ndirectory", true));
        assertThat(outcome.status()).isEqualTo(66);
        assertThat(outcome.stdout()).isEmpty();
        assertThat(outcome.stderr())
                .startsWith("loadshare: job ")
                .endsWith(
                        " on " + host().name()
                                + ": directory '/no/such\\ndirectory' does not exist on the host or cannot be entered: choose one that exists there\n");
    }

    @Test
    void aWantedDirectoryNeedNotExist() {
        assertThat(run(JobSpec.of(newId(), List.of("pwd")).withDirectory("/usr/bin", false))
                        .stdout())
                .isEqualTo("/usr/bin\n");
        assertThat(run(JobSpec.of(newId(), List.of("pwd")).withDirectory("/no/such", false))
                        .stdout()
                        .strip())
                .isEqualTo(sh("cd; pwd"));
    }

    @Test
    void aSetupShellRunsBeforeTheProgramAndItsArgumentsStayWhole() {
        JobSpec spec = JobSpec.of(
                        newId(), List.of("sh", "-c", "printf '<%s>' \"$GREETING\" \"$@\"", "sh", "a b", "$x", "'\n"))
                .withSetup("bash", "f() { export GREETING=$1; }\nf 'good day'");
        assertThat(run(spec)).isEqualTo(new Outcome(0, "<good day><a b><$x><'\n>", ""));
    }

    @Test
    void aScriptRunsByItsInterpreter() {
        assertThat(run(JobSpec.of(newId(), new JobSpec.Script("echo one\nfalse\necho two"))))
                .isEqualTo(new Outcome(1, "one\n", "+ echo one\n+ false\n"));
        assertThat(run(JobSpec.of(newId(), new JobSpec.Script("#!/bin/bash\necho ${BASH_VERSION:+bash}"))))
                .isEqualTo(new Outcome(0, "bash\n", ""));
    }

    @Test
    void underATerminalTheProgramHasOne() throws Exception {
        RemoteCommand.Terminal terminal = new RemoteCommand.Terminal("vt100", 91, 17);
        JobSpec spec = JobSpec.of(newId(), List.of("sh", "-c", "tty <&1; stty size; echo $TERM; exit 5"));
        try (ForegroundJob job = launcher().runOnTerminal(host(), spec, terminal, seconds(20))) {
            assertThat(new String(job.stdout().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("/dev/pts/")
                    .endsWith("17 91\r\nvt100\r\n");
            assertThat(job.waitFor(seconds(20))).isEqualTo(5);
        }
    }

    @Test
    void anIdCannotBeUsedTwice() {
        String id = newId();
        run(JobSpec.of(id, List.of("true")));
        assertThatThrownBy(() -> run(JobSpec.of(id, List.of("true"))))
                .isInstanceOf(LoadshareException.class)
                .hasMessageContaining("there already is a job of this id in");
    }

    @Test
    void tenThousandArgumentVectorsArriveByteForByte() {
        long seed = 20_071;
        Random random = new Random(seed);
        for (int job = 0; job < 20; job++) {
            List<String> words = new ArrayList<>();
            for (int vector = 0; vector < 500; vector++) {
                List<String> arguments = ArgumentVectors.next(random);
                words.add("vector of " + arguments.size());
                words.addAll(arguments);
            }
            List<String> argv = new ArrayList<>(List.of("printf", "%s\\0"));
            argv.addAll(words);
            Outcome outcome = run(JobSpec.of(newId(), argv));
            assertThat(outcome.status()).as(outcome.stderr()).isZero();
            List<String> arrived = List.of(outcome.stdout().split("\0", -1));
            assertThat(arrived.subList(0, arrived.size() - 1))
                    .as("arguments of job %d with seed %d", job, seed)
                    .isEqualTo(words);
        }
    }

    @Test
    void environmentAndDirectoryKeepTheirBytes() {
        String odd = "- o'dd \udcff\u00e9\n*$";
        Outcome made = run(JobSpec.of(newId(), List.of("sh", "-c", "cd /tmp; mkdir -p -- \"$1\"", "sh", odd)));
        assertThat(made).isEqualTo(new Outcome(0, "", ""));
        JobSpec spec = JobSpec.of(newId(), List.of("sh", "-c", "printf '%s|' \"$PWD\" \"$ODD\" \"$KEY\""))
                .withDirectory("/tmp/" + odd, true)
                .withEnvironment(Map.of("ODD", odd))
                .withSecrets(Map.of("KEY", odd));
        assertThat(run(spec)).isEqualTo(new Outcome(0, "/tmp/" + odd + "|" + odd + "|" + odd + "|", ""));
    }

    @Test
    void aJobWhoseClientLivesIsLeftAlone() {
        assertThat(run(JobSpec.of(newId(), List.of("sh", "-c", "sleep 7; echo done"))))
                .isEqualTo(new Outcome(0, "done\n", ""));
    }

    @Test
    void aJobWhoseClientIsGoneIsEndedAndTheReasonIsKept() {
        Job job;
        try (ForegroundJob running = sleeping()) {
            job = running.job();
        }
        await("the end of a job without client", 30, () -> state(job).isFinal());
        assertThat(state(job)).isEqualTo(new JobState.Killed(15));
        assertThat(engine().find(host(), new JobEngine.Self(), job.id(), seconds(20))
                        .orElseThrow()
                        .reason())
                .contains("its client closed the connection and did not return within 4s");
    }

    @Test
    void aJobWhoseClientDiedBeforeItsStartIsNeverStartedAndLeavesNothing() {
        Transport dying = new ForwardingTransport(transport()) {
            @Override
            void beforeWrite(byte[] bytes) throws IOException {
                if (new String(bytes, StandardCharsets.US_ASCII).equals("go\n")) {
                    throw new IOException("the client dies here");
                }
            }
        };
        String id = newId();
        JobSpec spec = JobSpec.of(id, List.of("touch", "/tmp/" + id)).withSecrets(Map.of("A", "b"));
        JobLauncher launcher = new JobLauncher(dying, JobSettings.DEFAULT, HASTE, JobEngine.BEGIN_LIMIT);
        assertThatThrownBy(() -> launcher.run(host(), spec, true, ConnectionListener.SILENT, seconds(20)))
                .hasMessageContaining("the client dies here");
        await("the removal of the job's files", 30, () -> sh("ls -d ~/.loadshare/*/" + id + " /tmp/loadshare-" + id
                        + ".* /tmp/" + id + " 2>/dev/null")
                .isEmpty());
    }

    @Test
    void aJobWhoseClientSaidThatItStandsStillIsLeftAlone() {
        try (ForegroundJob running = sleeping()) {
            running.clientStops();
            assertThatThrownBy(() -> running.waitFor(seconds(7))).hasMessageContaining("did not end the command");
            assertThat(state(running.job())).isEqualTo(new JobState.Running());
            running.clientContinues();
            engine().end(host(), running.job(), Duration.ofSeconds(5), seconds(30));
        }
    }

    @Test
    void ctrlCOnItsTerminalReachesTheProgram() throws Exception {
        RemoteCommand.Terminal terminal = new RemoteCommand.Terminal("vt100", 80, 24);
        JobSpec spec = JobSpec.of(newId(), List.of("sh", "-c", "echo up; exec sleep 300"));
        try (ForegroundJob job = launcher().runOnTerminal(host(), spec, terminal, seconds(20))) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(job.stdout()));
            while (!lines.readLine().equals("up")) {
                // a profile's noise
            }
            job.stdin().write(3);
            job.stdin().flush();
            assertThat(job.waitFor(seconds(20))).isEqualTo(128 + 2);
            assertThat(state(job.job())).isEqualTo(new JobState.Killed(2));
        }
    }

    @Test
    void nobodyElseMayReadAJobsFiles() {
        String id = newId();
        run(JobSpec.of(id, List.of("true")));
        assertThat(sh("cd ~/.loadshare && stat -c %a . */" + id)).isEqualTo("700\n700");
    }

    @Test
    void secretsAreRemovedEvenIfTheProgramCannotStart() {
        String id = newId();
        JobSpec spec = JobSpec.of(id, List.of("true")).withDirectory("/no/such", true);
        assertThat(run(spec.withSecrets(Map.of("B", "s3cret"))).status()).isEqualTo(66);
        assertThat(sh("ls ~/.loadshare/*/" + id)).contains("command", "status").doesNotContain("secrets");
    }

    @Test
    void afterAJobNoProcessAndNoStoredOutputIsLeft() {
        Job job;
        try (ForegroundJob running = sleeping()) {
            job = running.job();
            assertThat(named(job)).isNotEmpty();
            engine().end(host(), job, Duration.ofSeconds(5), seconds(30));
            assertThat(running.waitFor(seconds(20))).isEqualTo(143);
        }
        await("the end of all processes", 20, () -> named(job).isEmpty());
        assertThat(sh("ls -d $(cat " + job.directory() + "/spool) 2>/dev/null")).isEmpty();
    }

    @Test
    void aChildThatKeepsTheOutputOpenDoesNotKeepTheJob() {
        String script = "echo before; sleep 300 & echo $!; exit 3";
        Outcome outcome = run(JobSpec.of(newId(), List.of("sh", "-c", script)));
        assertThat(outcome.status()).isEqualTo(3);
        assertThat(outcome.stdout()).startsWith("before\n");
        sh("kill " + outcome.stdout().substring("before\n".length()).strip());
    }

    @Test
    void aJobWithoutInputSeesItsEndAtOnce() {
        JobSpec spec = JobSpec.of(newId(), List.of("cat"));
        try (ForegroundJob job = launcher().run(host(), spec, false, ConnectionListener.SILENT, seconds(20))) {
            assertThat(job.waitFor(seconds(20))).isZero();
        }
    }

    /** The processes that name the job in their argv. */
    private String named(Job job) {
        return sh("grep -l " + job.id().replace("-", "[-]") + " /proc/[0-9]*/cmdline 2>/dev/null");
    }

    private ForegroundJob sleeping() {
        ForegroundJob job = launcher()
                .run(
                        host(),
                        JobSpec.of(newId(), List.of("sleep", "300")),
                        true,
                        ConnectionListener.SILENT,
                        seconds(20));
        await("the job", 20, () -> sh("cat " + job.job().directory() + "/identity")
                .contains(" "));
        return job;
    }
}
