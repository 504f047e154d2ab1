package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobRecord;
import io.loadshare.job.JobState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a job without a status, by what Slurm says about it; squeue is replaced, the rest is real. */
@Tag("ssh")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SlurmEndTest {

    private static final String CANCELLED = "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2026-11-30T14:06:15";

    private static SlurmLogin slurm;
    private static Job running;
    private static Job waiting;

    @BeforeAll
    static void startSlurm() {
        slurm = new SlurmLogin(1);
        running = slurm.start(slurm.everyNode(), SlurmLogin.shell("echo up; exec sleep 300"));
        SlurmLogin.awaitOutput(slurm.watch(slurm.everyNode(), running), "up\n");
        waiting = slurm.start(slurm.part(Optional.empty(), List.of("--begin=now+1hour")), SlurmLogin.shell("echo ran"));
    }

    @AfterAll
    static void endSlurm() {
        if (slurm != null) {
            slurm.close();
        }
    }

    @AfterEach
    void forget() {
        for (Job job : List.of(running, waiting)) {
            slurm.onLogin("cd " + job.directory() + " && rm -f lost missing status reason slurm");
        }
        slurm.restore("squeue");
    }

    @ParameterizedTest
    @CsvSource({
        "BOOT_FAIL, Slurm: the node of the job did not boot",
        "REVOKED, Slurm: another cluster of the federation took the job",
        "NODE_FAIL, Slurm: the node of the job failed",
        "CANCELLED, Slurm: cancelled by somebody else",
        "DEADLINE, Slurm: its deadline passed",
    })
    void aJobThatNeverBeganIsLostAtOnceForTheReason(String state, String message) {
        slurm.list(waiting, state, "", "None");

        assertThat(slurm.state(waiting)).hasToString("LOST (" + message + ")");
        slurm.restore("squeue");
        slurm.replace("squeue", ":");
        assertThat(slurm.state(waiting)).as("later").hasToString("LOST (" + message + ")");
    }

    /** Nothing that needs its allocation may begin, even if Slurm has no reason for the wait yet. */
    @Test
    void aJobThatSlurmHasNotLookedAtWaits() {
        slurm.list(waiting, "PENDING", "", "None");

        assertThat(slurm.state(waiting)).isEqualTo(new JobState.Pending(Optional.empty(), "None"));
    }

    @ParameterizedTest
    @CsvSource({
        "BOOT_FAIL, LOST (Slurm: the node of the job did not boot)",
        "REVOKED, LOST (Slurm: another cluster of the federation took the job)",
        "NODE_FAIL, LOST (Slurm: the node of the job failed)",
        "OUT_OF_MEMORY, LOST (Slurm: the job used more memory than it requested)",
        "CANCELLED, LOST (Slurm: cancelled by somebody else)",
        "FAILED, LOST (process gone without a status)",
        "COMPLETED, LOST (process gone without a status)",
        "TIMEOUT, KILLED 15",
        "PREEMPTED, KILLED 15",
        "DEADLINE, KILLED 15",
    })
    void aJobWhoseWrapperLeftNoStatusEndsForTheReasonOfSlurm(String state, String end) {
        slurm.list(running, state, "n1", "None");

        assertThat(endWithoutStatus().state()).hasToString(end);
    }

    @ParameterizedTest
    @CsvSource({
        "' DUE TO TIME LIMIT ***', KILLED 15",
        "' DUE TO PREEMPTION ***', KILLED 15",
        "' DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***', LOST (Slurm: the node of the job failed)",
        "' ***', LOST (Slurm: cancelled by somebody else)",
    })
    void aJobThatSlurmHasForgottenEndsForTheReasonThatItsNodePrinted(String printed, String end) {
        slurm.replace("squeue", ":");
        slurm.onLogin("echo '" + CANCELLED + printed + "' >" + running.directory() + "/slurm");

        assertThat(endWithoutStatus().state()).hasToString(end);
    }

    /** Without a user, the cancellation is that of a node whose controller does not know the job. */
    @ParameterizedTest
    @CsvSource({
        "RUNNING, FORGOTTEN",
        "CANCELLED, FORGOTTEN",
        "CANCELLED by 1001, CANCELLED",
        "NODE_FAIL, NODE_FAIL",
    })
    void aJobThatItsNodeCancelledWasCancelledBySomebodyIfTheAccountingNamesAUser(String accounted, JobState.Loss loss) {
        slurm.replace("squeue", ":");
        slurm.replace("sacct", "echo '" + accounted + "'");
        slurm.onLogin("echo '" + CANCELLED + " ***' >" + running.directory() + "/slurm");

        try {
            assertThat(endWithoutStatus().state()).isEqualTo(new JobState.Lost(loss));
        } finally {
            slurm.restore("sacct");
        }
    }

    @Test
    void theReasonOfSlurmIsTheSameWithAndWithoutTheStatusOfTheWrapper() {
        slurm.list(running, "TIMEOUT", "n1", "None");
        assertThat(endWithoutStatus().reason()).contains("Slurm ended it: TIME LIMIT");

        slurm.onLogin("cd " + running.directory() + " && rm reason && echo '" + CANCELLED
                + " DUE TO TIME LIMIT ***' >slurm && echo 1 >status");
        assertThat(find().state()).isEqualTo(new JobState.Exited(1));
        assertThat(find().reason()).contains("Slurm ended it: TIME LIMIT");
    }

    @Test
    void aJobThatWasKilledForItsMemoryIsLostForThatReason() {
        slurm.replace("squeue", ":");
        slurm.onLogin("echo 'slurmstepd: error: Detected 1 oom-kill event(s) in StepId=7.batch.' >"
                + running.directory() + "/slurm");

        assertThat(endWithoutStatus().state()).isEqualTo(new JobState.Lost(JobState.Loss.OUT_OF_MEMORY));
    }

    @Test
    void aJobThatSlurmStartedAgainIsLostForThatReason() {
        slurm.list(running, "FAILED", "n1", "NonZeroExitCode");
        slurm.onLogin("cd ~u1; su u1 -c 'sh " + running.directory() + "/command loadshare-job " + running.id()
                + " 1' 2>" + running.directory() + "/slurm || [ $? -eq 75 ]");

        assertThat(endWithoutStatus().state()).isEqualTo(new JobState.Lost(JobState.Loss.REQUEUED));
    }

    private static JobRecord find() {
        return slurm.engine()
                .find(slurm.everyNode(), new JobEngine.Self(), running.id(), SlurmLogin.seconds(20))
                .orElseThrow();
    }

    /** Asks for the end as after the minute in which a late status is awaited. */
    private static JobRecord endWithoutStatus() {
        assertThat(find().state()).as("its status may still come").isEqualTo(new JobState.Running());
        slurm.onLogin("touch -d '2 minutes ago' " + running.directory() + "/missing");
        find();
        return find();
    }
}
