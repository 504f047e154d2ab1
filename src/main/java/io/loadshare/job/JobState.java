package io.loadshare.job;

import java.time.Instant;
import java.util.Locale;
import java.util.OptionalInt;

/** How a job is, as far as that can be known. Only {@link Exited} with 0 is success; what is unknown never is. */
public sealed interface JobState {

    /** It runs, or is about to. */
    record Running() implements JobState {
        @Override
        public String toString() {
            return "RUNNING";
        }
    }

    /** Its program ended with this status. */
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
     * Its program was ended by a signal, or itself ended with 128 plus that number, as a shell does whose program was.
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

    /** It is gone and has left no status. */
    record Lost(Loss loss) implements JobState {
        @Override
        public String toString() {
            return "LOST (" + loss.text + ")";
        }
    }

    /** No verdict: its host has not told us since then. */
    record Unreachable(Instant since, String reason) implements JobState {
        @Override
        public String toString() {
            return "UNREACHABLE since " + since + " (" + reason + ")";
        }
    }

    /** What became of a lost job. */
    enum Loss {
        REBOOTED("host rebooted"),
        VANISHED("process gone without a status"),
        UNSTARTED("never started"),
        GONE("control directory gone");

        private final String text;

        Loss(String text) {
            this.text = text;
        }
    }

    /** The status a shell would show; none if the job has not ended or left none. */
    default OptionalInt exitStatus() {
        return OptionalInt.empty();
    }

    /** Whether this will not change any more. */
    default boolean isFinal() {
        return this instanceof Exited || this instanceof Killed || this instanceof Lost;
    }

    /** The state of a job whose program's status a shell gave as {@code status}: 129 to 192 are signals 1 to 64. */
    static JobState ended(int status) {
        return status > 128 && status <= 192 ? new Killed(status - 128) : new Exited(status);
    }

    /**
     * The state as the scripts print it: {@code running}, {@code starting}, {@code ended STATUS} or {@code lost WHY}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static JobState parse(String text) {
        String[] words = text.split(" ");
        return switch (words[0]) {
            case "running", "starting" -> new Running();
            case "ended" -> ended(Integer.parseInt(words[1]));
            case "lost" -> new Lost(Loss.valueOf(words[1].toUpperCase(Locale.ROOT)));
            default -> throw new IllegalArgumentException("'" + text + "' is not a job state");
        };
    }
}
