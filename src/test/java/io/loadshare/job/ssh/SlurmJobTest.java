package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobEngineContract;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobSpec;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
import io.loadshare.job.Recorder;
import io.loadshare.job.RejectedJobException;
import io.loadshare.job.UnansweredStartException;
import io.loadshare.job.slurm.SrunCommand;
import io.loadshare.testing.Size;
import io.loadshare.testing.Waiting;
import io.loadshare.transport.CommandResult;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs on a real Slurm. */
@Tag("ssh")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SlurmJobTest {

    private static final int BURST = Size.of("loadshare.slurmBurst", 40, 200);

    /** Ends the shell of a submission before it can answer. */
    private static final String KILL_SESSION = "kill -KILL -$(($(ps -o sid= -p $$)))";

    private static SlurmLogin slurm;

    @BeforeAll
    static void startSlurm() {
        slurm = new SlurmLogin(4);
    }

    @AfterAll
    static void endSlurm() {
        if (slurm != null) {
            slurm.close();
        }
    }

    @Test
    void aPreemptedJobHasTheReasonOfSlurm() throws Exception {
        Host low = slurm.part(Optional.of("low"), List.of("--exclusive"));
        Job victim = slurm.start(low, SlurmLogin.shellOn("n3", "echo up; exec sleep 300"));
        Recorder recorder = slurm.watch(low, victim);
        SlurmLogin.awaitOutput(recorder, "up\n");
        Host main = slurm.part(Optional.of("main"), List.of());
        assertThat(slurm.watch(main, slurm.start(main, SlurmLogin.shellOn("n3", "exit 0")))
                        .awaitEnd(60))
                .isEqualTo(new JobState.Exited(0));
        assertThat(recorder.awaitEnd(90)).isEqualTo(new JobState.Killed(15));
        assertThat(slurm.engine()
                        .find(low, new JobEngine.Self(), victim.id(), SlurmLogin.seconds(20))
                        .orElseThrow()
                        .reason()
                        .orElseThrow())
                .contains("PREEMPTION");
    }

    @Test
    void aWaitingJobThatSomebodyCancelsIsLost() throws Exception {
        Host host = slurm.part(Optional.empty(), List.of("--begin=now+1hour"));
        Job job = slurm.start(host, SlurmLogin.shell("echo ran"));
        Recorder recorder = slurm.watch(host, job);
        Waiting.until("its state", Duration.ofSeconds(20), () -> recorder.states.stream()
                .anyMatch(state -> state.toString().startsWith("PENDING (Slurm: BeginTime, expected start 20")));
        assertThat(recorder.states).allMatch(JobState.Pending.class::isInstance);
        slurm.onLogin("scancel --name=loadshare-" + job.id());
        assertThat(recorder.awaitEnd(30)).isEqualTo(new JobState.Lost(JobState.Loss.CANCELLED));
    }

    @Test
    void aJobOverItsMemoryLimitIsEndedWithTheReason() throws Exception {
        JobSpec spec = SlurmLogin.shell("perl -e 'vec($x, 40e6, 8) = 1; sleep 300' & wait")
                .withLimits(new JobLimits(Optional.of(Duration.ofHours(1)), Optional.of(20L << 20)));
        Job job = slurm.start(slurm.everyNode(), spec);
        assertThat(slurm.watch(slurm.everyNode(), job).awaitEnd(60)).isEqualTo(new JobState.Killed(15));
        assertThat(slurm.engine()
                        .find(slurm.everyNode(), new JobEngine.Self(), job.id(), SlurmLogin.seconds(20))
                        .orElseThrow()
                        .reason()
                        .orElseThrow())
                .contains("memory limit of 20M exceeded");
    }

    @Test
    void aProgramJoinsAJobOnItsNodeWithItsStreams() throws Exception {
        Job job = slurm.start(slurm.everyNode(), SlurmLogin.shellOn("n2", "echo up; exec tail -f /dev/null"));
        SlurmLogin.awaitOutput(slurm.watch(slurm.everyNode(), job), "up\n");
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        String line = new SrunCommand(job).line("exec cat");
        try (Session session = slurm.connect(slurm.everyNode());
                RemoteProcess program = session.start(RemoteCommand.of(line), SlurmLogin.seconds(20))) {
            OutputStream stdin = program.stdin();
            stdin.write('x'); // no line, which srun would hold back
            stdin.flush();
            assertThat(program.stdout().read()).isEqualTo('x');
            stdin.write(bytes);
            stdin.close();
            assertThat(program.stdout().readAllBytes()).isEqualTo(bytes);
            assertThat(program.waitFor(SlurmLogin.seconds(20))).isZero();
        }
        slurm.onLogin("rm " + job.directory() + "/submitted"); // as if its submission was not answered
        try (Session session = slurm.connect(slurm.everyNode())) {
            String node = new SrunCommand(job).line("echo \"$SLURMD_NODENAME\"; exit 3");
            CommandResult result = session.run(node, new byte[0], 1000, SlurmLogin.seconds(20));
            assertThat(result.stdoutText()).isEqualTo("n2\n");
            assertThat(result.status()).isEqualTo(3);
            slurm.engine().end(slurm.everyNode(), job, Duration.ofSeconds(10), SlurmLogin.seconds(60));
            slurm.onLogin("rm -r " + job.directory());
            assertThat(session.run(node, new byte[0], 1000, SlurmLogin.seconds(20))
                            .stderrText())
                    .contains("squeue does not list job loadshare-" + job.id());
        }
    }

    @Test
    void aWaitingJobEndsAtOnce() {
        Host host = slurm.part(Optional.empty(), List.of("--begin=now+1hour"));
        Job job = slurm.start(host, SlurmLogin.shell("echo ran"));
        assertThat(slurm.engine().end(host, job, Duration.ofSeconds(10), SlurmLogin.seconds(60)))
                .isEqualTo(new JobState.Killed(15));
        assertThat(slurm.onLogin("squeue -h -n loadshare-" + job.id())).isEmpty();
    }

    @Test
    void aRefusedSubmissionIsReportedWithTheWordsOfSbatch() {
        Host host = slurm.part(Optional.of("none"), List.of());
        JobSpec spec = SlurmLogin.shell("echo ran");
        assertThatThrownBy(() -> slurm.start(host, spec))
                .hasMessageContaining("job " + spec.id() + " was not started on hpc: sbatch failed with status 1: ")
                .hasMessageContaining("invalid partition specified: none")
                .isInstanceOf(RejectedJobException.class);
        assertThat(slurm.engine().find(host, new JobEngine.Self(), spec.id(), SlurmLogin.seconds(20)))
                .isEmpty();
    }

    @Test
    void aSubmissionWithoutAnAnswerIsFoundAgain() throws Exception {
        slurm.replace("sbatch", "$real \"$@\" >/dev/null; " + KILL_SESSION);
        JobSpec spec = SlurmLogin.shell("echo ran");
        try {
            assertThatThrownBy(() -> slurm.start(slurm.everyNode(), spec)).isInstanceOf(UnansweredStartException.class);
        } finally {
            slurm.restore("sbatch");
        }
        Job job = slurm.start(slurm.everyNode(), spec);
        Recorder recorder = slurm.watch(slurm.everyNode(), job);
        assertThat(recorder.awaitEnd(30)).isEqualTo(new JobState.Exited(0));
        assertThat(recorder.outputText()).isEqualTo("ran\n");
        assertThat(slurm.onLogin("squeue -h -t all -n loadshare-" + spec.id()).lines())
                .hasSize(1);
    }

    @Test
    void aSubmissionThatOutlivesItsShellIsFoundAgain() throws Exception {
        slurm.replace("sbatch", KILL_SESSION + "; sleep 3; exec $real \"$@\"");
        JobSpec spec = SlurmLogin.shell("echo ran");
        try {
            assertThatThrownBy(() -> slurm.start(slurm.everyNode(), spec)).isInstanceOf(UnansweredStartException.class);
            Job job = slurm.start(slurm.everyNode(), spec);
            Recorder recorder = slurm.watch(slurm.everyNode(), job);
            assertThat(recorder.awaitEnd(30)).isEqualTo(new JobState.Exited(0));
            assertThat(recorder.outputText()).isEqualTo("ran\n");
        } finally {
            slurm.restore("sbatch");
        }
        assertThat(slurm.onLogin("squeue -h -t all -n loadshare-" + spec.id()).lines())
                .hasSize(1);
    }

    /** Its own submission never reached Slurm. */
    @Test
    void aJobOfTheSameNameIsNeitherAdoptedNorEnded() throws Exception {
        slurm.replace(
                "sbatch",
                "for word; do case $word in --job-name=*) name=$word ;; esac; done;"
                        + " $real --hold \"$name\" --comment=other --wrap true >~/namesake; "
                        + KILL_SESSION);
        JobSpec spec = SlurmLogin.shell("echo ran");
        JobEngine hasty = slurm.engine(Duration.ofSeconds(2));
        try {
            assertThatThrownBy(() -> slurm.start(hasty, slurm.everyNode(), spec))
                    .isInstanceOf(UnansweredStartException.class);
        } finally {
            slurm.restore("sbatch");
        }
        String namesake = slurm.onLogin("sed 's/[^0-9]//g' ~u1/namesake");
        Waiting.until("the end of the time to begin", Duration.ofSeconds(20), () -> {
            try {
                slurm.start(hasty, slurm.everyNode(), spec);
                return true;
            } catch (UnansweredStartException e) {
                return false;
            } catch (LoadshareException e) {
                assertThat(e)
                        .hasMessageContaining(
                                "Slurm has a job " + namesake + " of the same name, whose comment is not");
                return true;
            }
        });
        assertThat(slurm.onLogin("squeue -h -o %T -j " + namesake)).isEqualTo("PENDING");

        Job job = slurm.start(slurm.everyNode(), spec);
        Recorder recorder = slurm.watch(slurm.everyNode(), job);
        assertThat(recorder.awaitEnd(30)).isEqualTo(new JobState.Exited(0));
        assertThat(recorder.outputText()).isEqualTo("ran\n");
        assertThat(slurm.onLogin("squeue -h -o %T -j " + namesake)).isEqualTo("PENDING");
        slurm.onLogin("scancel " + namesake);
    }

    /** Its node has recorded the number by then. */
    @Test
    void aRunningJobIsFoundAlthoughItsUserHasChangedTheComment() throws Exception {
        slurm.replace(
                "sbatch",
                "number=$($real \"$@\"); until [ -e ~/comment-up ]; do sleep 0.2; done;"
                        + " scontrol update jobid=$number comment='|mine'; "
                        + KILL_SESSION);
        JobSpec spec = SlurmLogin.shell("touch ~/comment-up; until [ -e ~/comment-end ]; do sleep 0.2; done; exit 6");
        try {
            assertThatThrownBy(() -> slurm.start(slurm.everyNode(), spec)).isInstanceOf(UnansweredStartException.class);
        } finally {
            slurm.restore("sbatch");
        }
        Job job = slurm.start(slurm.everyNode(), spec);
        assertThat(slurm.state(job)).isEqualTo(new JobState.Running());
        slurm.onLogin("touch ~u1/comment-end");
        assertThat(slurm.watch(slurm.everyNode(), job).awaitEnd(30)).isEqualTo(new JobState.Exited(6));
    }

    /** Among the starts are some that fail, whose shells end, and repeated ones. */
    @Test
    void startsOfABurstShareShellsAndNothingElse() throws Exception {
        AtomicInteger shells = new AtomicInteger();
        SshJobEngine engine = slurm.engine(shells::incrementAndGet);
        Host refused = slurm.part(Optional.of("none"), List.of());
        List<JobSpec> specs = Stream.generate(() -> SlurmLogin.shell("umask; echo $LOADSHARE_JOB"))
                .limit(BURST)
                .toList();
        ExecutorService starters = Executors.newFixedThreadPool(8);
        try {
            List<Future<Job>> jobs = new ArrayList<>();
            for (JobSpec spec : specs) {
                jobs.add(starters.submit(() -> slurm.start(engine, slurm.everyNode(), spec)));
                if (jobs.size() % 10 == 0) {
                    starters.submit(() -> slurm.start(engine, refused, SlurmLogin.shell("echo ran")));
                    starters.submit(() -> slurm.start(engine, slurm.everyNode(), spec));
                }
            }
            List<Recorder> recorders = new ArrayList<>();
            for (Future<Job> job : jobs) {
                recorders.add(slurm.watch(slurm.everyNode(), job.get()));
            }
            for (int i = 0; i < recorders.size(); i++) {
                assertThat(recorders.get(i).awaitEnd(120)).isEqualTo(new JobState.Exited(0));
                assertThat(recorders.get(i).outputText())
                        .isEqualTo("0022\n" + specs.get(i).id() + "\n");
            }
        } finally {
            starters.shutdownNow();
        }
        assertThat(shells.get()).as("shells of more starts").isLessThan(BURST);
    }

    @Test
    void onePollOfManyJobsRunsOneCommand() {
        List<JobPoll.Question> questions = Stream.generate(
                        () -> slurm.start(slurm.everyNode(), SlurmLogin.shell("exec sleep 300")))
                .limit(12)
                .map(job -> new JobPoll.Question(job, OutputCursor.START))
                .toList();
        slurm.replace("squeue", "echo asked >>/tmp/asked; exec $real \"$@\"");
        try (Session session = slurm.connect(slurm.everyNode())) {
            List<JobPoll.Answer> answers =
                    JobPoll.ask(session, questions, JobPoll.FIRST_BUDGET, SlurmLogin.seconds(20));
            assertThat(answers).hasSize(12).noneMatch(answer -> answer.state().isFinal());
        } finally {
            slurm.restore("squeue");
        }
        assertThat(slurm.onLogin("cat /tmp/asked; scancel --user=u1")).isEqualTo("asked");
    }

    @Test
    void aSubmissionThatFailsAfterSlurmAcceptedItDoesNotRun() {
        slurm.replace("sbatch", "$real --hold \"$@\" >/dev/null; echo \"sbatch: error: Socket timed out\" >&2; exit 1");
        JobSpec spec = SlurmLogin.shell("echo ran; touch ~/ran-anyway");
        try {
            assertThatThrownBy(() -> slurm.start(slurm.everyNode(), spec))
                    .hasMessageContaining("Socket timed out")
                    .isNotInstanceOf(RejectedJobException.class);
        } finally {
            slurm.restore("sbatch");
        }
        Waiting.until("the end of the job in Slurm", Duration.ofSeconds(30), () -> slurm.onLogin(
                        "squeue -h -n loadshare-" + spec.id())
                .isEmpty());
        assertThat(slurm.onLogin("ls ~u1")).doesNotContain("ran-anyway");
    }

    /** As on a login host that mounts the home directories from a server, and sees new files late. */
    @Test
    void aStatusThatIsSeenLateCountsMoreThanAFinalStateOfSlurm() {
        JobSpec spec = SlurmLogin.shell("until [ -e ~/end-late ]; do sleep 0.2; done; exit 4");
        Job job = slurm.start(slurm.everyNode(), spec);
        slurm.list(job, "OUT_OF_MEMORY", "n1", "None");
        try {
            assertThat(slurm.state(job)).isEqualTo(new JobState.Running());
            slurm.onLogin("touch ~u1/end-late");
            Waiting.until("its status", Duration.ofSeconds(20), () -> slurm.onLogin("ls " + job.directory())
                    .lines()
                    .anyMatch("status"::equals));
            assertThat(slurm.state(job)).isEqualTo(new JobState.Exited(4));
            slurm.onLogin(
                    "rm " + job.directory() + "/status; touch -d '2 minutes ago' " + job.directory() + "/missing");
            assertThat(slurm.state(job)).isEqualTo(new JobState.Lost(JobState.Loss.OUT_OF_MEMORY));
        } finally {
            slurm.restore("squeue");
        }
    }

    @Test
    void aJobThatSlurmStillCompletesIsNotSaidToOutliveKill() {
        Job job = slurm.start(slurm.everyNode(), SlurmLogin.shell("exec tail -f /dev/null"));
        slurm.list(job, "COMPLETING", "n1", "None");
        String number = slurm.onLogin("cat " + job.directory() + "/submitted");
        slurm.replace("sleep", ":");
        try {
            assertThatThrownBy(() ->
                            slurm.engine().end(slurm.everyNode(), job, Duration.ofSeconds(1), SlurmLogin.seconds(60)))
                    .hasMessage("job " + job.id()
                            + " on hpc has not ended yet: Slurm's job " + number
                            + " is still COMPLETING. Its node cleans up, or does"
                            + " not answer; ask again later.");
        } finally {
            slurm.restore("sleep");
            slurm.restore("squeue");
        }
        slurm.engine().end(slurm.everyNode(), job, Duration.ofSeconds(1), SlurmLogin.seconds(60));
    }

    @Test
    void aCommandThatIsMissingOrPrintsAnotherFormatIsReported() {
        Job job = slurm.start(slurm.everyNode(), SlurmLogin.shell("exec sleep 300"));
        try {
            slurm.replace("squeue", "echo \"| version 99 | loadshare-x\"");
            assertUnknown(
                    "squeue printed '| version 99 | loadshare-x', which does not begin with STATE|ID|USER|NODES|START|REASON");
            slurm.restore("squeue");
            slurm.replace("squeue", "echo \"slurm_load_jobs error: Access denied\" >&2; exit 1");
            assertUnknown("squeue failed with status 1: slurm_load_jobs error: Access denied");
        } finally {
            slurm.restore("squeue");
        }
        assertThat(slurm.engine().end(slurm.everyNode(), job, Duration.ofSeconds(5), SlurmLogin.seconds(60)))
                .isEqualTo(new JobState.Killed(15));
    }

    private static void assertUnknown(String message) {
        assertThatThrownBy(() -> slurm.engine().list(slurm.everyNode(), new JobEngine.Self(), SlurmLogin.seconds(20)))
                .isInstanceOf(LoadshareException.class)
                .hasMessage("the jobs on hpc are not known: " + message);
    }

    @Nested
    class Port extends JobEngineContract {

        @Override
        protected JobEngine engine() {
            return slurm.engine();
        }

        @Override
        protected Host host() {
            return slurm.part(Optional.empty(), List.of());
        }

        @Override
        protected int largestPart() {
            return JobPoll.MOST_BUDGET;
        }
    }
}
