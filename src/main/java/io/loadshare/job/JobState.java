package io.loadshare.job;

import io.loadshare.Quoted;
import io.loadshare.Timestamps;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The state of a job, as far as it can be known. Only {@link Exited} with 0 is success; an unknown outcome never is.
 */
public sealed interface JobState {

    /** The job runs or is about to start. */
    record Running() implements JobState {
        @Override
        public String toString() {
            return "RUNNING";
        }
    }

    /**
     * The job waits in the queue of a cluster.
     *
     * @param start when the cluster expects to start it
     * @param reason why it waits, in the words of the cluster
     */
    record Pending(Optional<Instant> start, String reason) implements JobState {
        @Override
        public String toString() {
            return "PENDING (Slurm: " + reason
                    + start.map(time -> ", expected start " + Timestamps.print(time))
                            .orElse("") + ")";
        }
    }

    /** The program ended with this status. */
    record Exited(int status) implements JobState {
        @Override
        public OptionalInt exitStatus() {
            return OptionalInt.of(status);
        }

        @Override
        public String toString() {
            return "EXITED " + status;
        }
    }

    /**
     * A signal ended the program, or the program exited with 128 plus the signal number, as a shell does when a signal
     * ends its child.
     */
    record Killed(int signal) implements JobState {
        @Override
        public OptionalInt exitStatus() {
            return OptionalInt.of(128 + signal);
        }

        @Override
        public String toString() {
            return "KILLED " + signal;
        }
    }

    /**
     * The program was not started, for the reason in the job's output.
     *
     * @param status loadshare's own exit status, not one of the program
     */
    record Unstarted(int status) implements JobState {
        @Override
        public String toString() {
            return "UNSTARTED " + status;
        }
    }

    /** The job is gone and has left no status. */
    record Lost(Loss loss) implements JobState {
        @Override
        public String toString() {
            return "LOST (" + loss.text + ")";
        }
    }

    /** The state is unknown: the host has not answered since then. */
    record Unreachable(Instant since, String reason) implements JobState {
        @Override
        public String toString() {
            return "UNREACHABLE since " + since + " (" + reason + ")";
        }
    }

    /** The reason why a job is lost. */
    enum Loss {
        REBOOTED("host rebooted"),
        VANISHED("process gone without a status"),
        UNSTARTED("never started"),
        GONE("control directory gone"),
        BOOT_FAIL("Slurm: the node of the job did not boot"),
        CANCELLED("Slurm: cancelled by somebody else"),
        DEADLINE("Slurm: its deadline passed"),
        FORGOTTEN(
                "Slurm does not know the job any more, as after a crash of its controller, and the job left no status"),
        NODE_FAIL("Slurm: the node of the job failed"),
        OUT_OF_MEMORY("Slurm: the job used more memory than it requested"),
        PREEMPTED("Slurm: preempted by another job"),
        REQUEUED("Slurm: put back into the queue after it had begun; it is not run twice"),
        REVOKED("Slurm: another cluster of the federation took the job"),
        TIMEOUT("Slurm: the time limit was reached");

        private final String text;

        Loss(String text) {
            this.text = text;
        }
    }

    /** Returns the exit status that a shell would show; empty if the program has not ended or left no status. */
    default OptionalInt exitStatus() {
        return OptionalInt.empty();
    }

    /** Returns whether this state can no longer change. */
    default boolean isFinal() {
        return this instanceof Exited || this instanceof Killed || this instanceof Unstarted || this instanceof Lost;
    }

    /**
     * Returns the state of a job whose program ended with this exit status of a shell: 129 to 192 are signals 1 to 64.
     */
    static JobState ended(int status) {
        return status > 128 && status <= 192 ? new Killed(status - 128) : new Exited(status);
    }

    /**
     * Parses the state as the scripts print it: {@code running}, {@code starting}, {@code pending START REASON}, {@code
     * ended STATUS}, {@code unstarted STATUS} or {@code lost REASON}.
     *
     * @throws IllegalArgumentException if the text is not a state
     */
    static JobState parse(String text) {
        String[] words = text.split(" ");
        return switch (words[0]) {
            case "running", "starting" -> new Running();
            case "pending" -> pending(words[1], text.split(" ", 3)[2]);
            case "ended" -> ended(Integer.parseInt(words[1]));
            case "unstarted" -> new Unstarted(Integer.parseInt(words[1]));
            case "lost" -> new Lost(Loss.valueOf(words[1].toUpperCase(Locale.ROOT)));
            default -> throw new IllegalArgumentException("'" + text + "' is not a job state");
        };
    }

    private static JobState pending(String start, String reason) {
        boolean known = start.matches("[0-9]{1,11}");
        return new Pending(
                known ? Optional.of(Instant.ofEpochSecond(Long.parseLong(start))) : Optional.empty(),
                Quoted.printable(reason));
    }
}
