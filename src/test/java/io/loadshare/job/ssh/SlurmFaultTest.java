package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobSpec;
import io.loadshare.job.JobState;
import io.loadshare.job.Recorder;
import io.loadshare.testing.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** What becomes of jobs when nodes and the controller of a real Slurm with accounting fail. */
@Tag("ssh")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SlurmFaultTest {

    private static final List<String> LIMITED = List.of("--time=1");

    private static SlurmLogin slurm;
    private static Job limited;

    @BeforeAll
    static void startSlurm() {
        slurm = new SlurmLogin(6, "--accounting");
        limited = slurm.start(slurm.part(Optional.empty(), LIMITED), SlurmLogin.shellOn("n5", "exec sleep 300"));
    }

    @AfterAll
    static void endSlurm() {
        if (slurm != null) {
            slurm.close();
        }
    }

    @Test
    void aJobWhoseNodeFailsIsLostForThatReason() throws Exception {
        Host host = slurm.everyNode();
        Job job = slurm.start(host, SlurmLogin.shellOn("n4", "echo up; exec sleep 300"));
        Recorder recorder = slurm.watch(host, job);
        SlurmLogin.awaitOutput(recorder, "up\n");
        slurm.cluster.slurmNode("n4", "kill");
        slurm.onLogin("scontrol update nodename=n4 state=down reason=test");
        Waiting.until("the wait for its status", Duration.ofSeconds(30), () -> slurm.onLogin("ls " + job.directory())
                .contains("missing"));
        slurm.onLogin("touch -d '2 minutes ago' " + job.directory() + "/missing");
        assertThat(recorder.awaitEnd(30)).isEqualTo(new JobState.Lost(JobState.Loss.NODE_FAIL));
    }

    /** Slurm misses a job on a node that starts only if the job is older than two timeouts of 10 s each. */
    @Test
    void aJobWhoseNodeRebootsIsLostAndTheNextOneRunsThere() throws Exception {
        Host host = slurm.everyNode();
        Job job = slurm.start(host, SlurmLogin.shellOn("n6", "echo up; exec sleep 300"));
        Recorder recorder = slurm.watch(host, job);
        Waiting.until(
                "a job older than BatchStartTimeout and MessageTimeout", Duration.ofSeconds(60), () -> slurm.onLogin(
                                "squeue -h -o %M --name=loadshare-" + job.id())
                        .matches("0:(2[1-9]|[3-5]\\d)"));
        slurm.cluster.slurmNode("n6", "reboot");
        Waiting.until("the wait for its status", Duration.ofSeconds(100), () -> slurm.onLogin("ls " + job.directory())
                .contains("missing"));
        slurm.onLogin("touch -d '2 minutes ago' " + job.directory() + "/missing");
        assertThat(recorder.awaitEnd(30)).isEqualTo(new JobState.Lost(JobState.Loss.NODE_FAIL));
        slurm.onLogin("scontrol update nodename=n6 state=resume || :");
        assertThat(slurm.watch(host, slurm.start(host, SlurmLogin.shellOn("n6", "exit 3")))
                        .awaitEnd(60))
                .isEqualTo(new JobState.Exited(3));
    }

    /** Slurm's shortest time limit is a minute, so the job starts before the other tests. */
    @Test
    @Order(Integer.MAX_VALUE - 1)
    void aJobOverTheTimeLimitOfSlurmIsEndedWithTheReason() throws Exception {
        Host host = slurm.part(Optional.empty(), LIMITED);
        assertThat(slurm.watch(host, limited).awaitEnd(150)).isEqualTo(new JobState.Killed(15));
        assertThat(slurm.engine()
                        .find(host, new JobEngine.Self(), limited.id(), SlurmLogin.seconds(20))
                        .orElseThrow()
                        .reason()
                        .orElseThrow())
                .isEqualTo("Slurm ended it: TIME LIMIT");
    }

    /** Slurm kills the processes of jobs that its controller does not know. Last, because this ends all jobs. */
    @Test
    @Order(Integer.MAX_VALUE)
    void aJobThatTheControllerLosesInACrashIsLostForThatReason() throws Exception {
        Job job = slurm.start(slurm.everyNode(), SlurmLogin.shell("echo up; exec sleep 300"));
        Recorder recorder = slurm.watch(slurm.everyNode(), job);
        SlurmLogin.awaitOutput(recorder, "up\n");
        slurm.cluster.slurmController("forget");
        Waiting.until("the wait for its status", Duration.ofSeconds(60), () -> slurm.onLogin("ls " + job.directory())
                .contains("missing"));
        slurm.onLogin("touch -d '2 minutes ago' " + job.directory() + "/missing");
        assertThat(recorder.awaitEnd(30)).isEqualTo(new JobState.Lost(JobState.Loss.FORGOTTEN));
    }

    @Test
    void aJobOnANodeThatIsDrainedRunsOnAndTheNextOneWaits() throws Exception {
        Host host = slurm.everyNode();
        Recorder running = slurm.watch(
                host,
                slurm.start(host, SlurmLogin.shellOn("n1", "echo up; until [ -e ~/drained ]; do sleep 0.2; done")));
        SlurmLogin.awaitOutput(running, "up\n");
        slurm.onLogin("scontrol update nodename=n1 state=drain reason=test");
        try {
            Recorder next = slurm.watch(host, slurm.start(host, SlurmLogin.shellOn("n1", "exit 0")));
            Waiting.until("its reason", Duration.ofSeconds(30), () -> next.states.stream()
                    .anyMatch(state -> state.toString().contains("PENDING (Slurm: ReqNodeNotAvail")));
            slurm.onLogin("touch ~u1/drained");
            assertThat(running.awaitEnd(30)).isEqualTo(new JobState.Exited(0));
            slurm.onLogin("scontrol update nodename=n1 state=resume");
            assertThat(next.awaitEnd(30)).isEqualTo(new JobState.Exited(0));
        } finally {
            slurm.onLogin("scontrol update nodename=n1 state=resume || :");
        }
    }

    @Test
    void jobsRunOnWhileTheControllerIsKilledAndRestarted() throws Exception {
        JobSpec spec = SlurmLogin.shell("echo up; until [ -e ~/go-on ]; do sleep 0.2; done; exit 5");
        Recorder recorder = slurm.watch(slurm.everyNode(), slurm.start(slurm.everyNode(), spec));
        SlurmLogin.awaitOutput(recorder, "up\n");
        slurm.cluster.slurmController("kill");
        Waiting.until("the loss of the controller", Duration.ofSeconds(60), () -> recorder.states.stream()
                .anyMatch(state -> state.toString().matches(".*\\(squeue (failed|gave no answer).*")));
        slurm.onLogin("touch ~u1/go-on");
        slurm.cluster.slurmController("start");
        assertThat(recorder.awaitEnd(60)).isEqualTo(new JobState.Exited(5));
    }

    @Test
    void aJobThatTheControllerHasForgottenIsLostForTheReasonInTheAccounting() {
        Job known = jobOfFailedNode("n2");
        Waiting.until("its end in the accounting", Duration.ofSeconds(30), () -> slurm.onLogin(
                        "sacct -n -X --format=State --name=loadshare-" + known.id())
                .contains("NODE_FAIL"));
        assertThat(stateOnceForgotten(known)).isEqualTo(new JobState.Lost(JobState.Loss.NODE_FAIL));
        slurm.replace("sacct", "echo 'Slurm accounting storage is disabled' >&2; exit 1");
        try {
            assertThat(stateOnceForgotten(jobOfFailedNode("n3"))).isEqualTo(new JobState.Lost(JobState.Loss.FORGOTTEN));
        } finally {
            slurm.restore("sacct");
        }
    }

    private static Job jobOfFailedNode(String node) {
        Job job = slurm.start(slurm.everyNode(), SlurmLogin.shellOn(node, "exec sleep 300"));
        Waiting.until("its start", Duration.ofSeconds(30), () -> slurm.onLogin("ls " + job.directory())
                .contains("identity"));
        slurm.cluster.slurmNode(node, "kill");
        slurm.onLogin("scontrol update nodename=" + node + " state=down reason=test");
        return job;
    }

    /** Lets squeue list nothing, as some minutes later. */
    private static JobState stateOnceForgotten(Job job) {
        slurm.replace("squeue", ":");
        try {
            assertThat(slurm.state(job))
                    .as("at first, its status may still come")
                    .isEqualTo(new JobState.Running());
            slurm.onLogin("touch -d '2 minutes ago' " + job.directory() + "/missing");
            return slurm.state(job);
        } finally {
            slurm.restore("squeue");
        }
    }
}
