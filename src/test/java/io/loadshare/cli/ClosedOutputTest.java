package io.loadshare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Waiting;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the program, and of a job, when the output cannot be written. */
@Tag("ssh")
class ClosedOutputTest extends EitherSshTestBase {

    private static final String HEAD_OF_STDOUT = "{ \"$@\"; echo \"status $?\" >&2; } | head -n 1";
    private static final String HEAD_OF_STDERR = "{ \"$@\" 2>&1 >/dev/null; echo \"status $?\" >&3; } 3>&2 | head -n 1";

    @ParameterizedTest
    @CsvSource({"built-in,stdout", "built-in,stderr", "ssh.command,stdout", "ssh.command,stderr"})
    void aClosedStreamEndsTheJobQuietlyAsSigpipeWould(String ssh, String stream) {
        use(ssh);
        boolean stdout = stream.equals("stdout");
        loadshare.through("sh", "-c", stdout ? HEAD_OF_STDOUT : HEAD_OF_STDERR, "sh");
        Program.Result result = loadshare.run("run", "--", "sh", "-c", stdout ? "exec yes" : "exec yes >&2");

        assertThat(result).isEqualTo(new Program.Result(0, "y\n", "status 141\n"));
        assertThat(loadshare.through().run("jobs").out()).doesNotContain("RUNNING");
    }

    @Test
    void anEndedJobWhoseOutputWasNotReadToTheEndIsQuietToo() {
        loadshare.through("sh", "-c", HEAD_OF_STDOUT, "sh");
        assertThat(loadshare.run("run", "--", "seq", "100000")).isEqualTo(new Program.Result(0, "1\n", "status 141\n"));
    }

    @Test
    void aFileThatCannotBeWrittenEndsTheJobWithAMessage() {
        loadshare.through("sh", "-c", "exec \"$@\" >/dev/full", "sh");
        Program.Result result = loadshare.run("run", "--", "yes");

        assertThat(result.status()).as(result.toString()).isEqualTo(74);
        assertThat(result.err()).isEqualTo("loadshare: cannot write stdout, /dev/full: No space left on device\n");
    }

    @Test
    void whoFollowsAJobEndsAloneAndQuietly() {
        String id = loadshare
                .run("run", "--detach", "--", "sh", "-c", "while seq 20000; do sleep 0.1; done")
                .out()
                .strip();
        try {
            Waiting.until(
                    "the job has printed more than a pipe holds",
                    () -> loadshare.run("logs", id).out().length() > 200_000);
            for (String words : List.of("logs", "logs -f", "attach")) {
                loadshare.through("sh", "-c", HEAD_OF_STDOUT, "sh");
                assertThat(loadshare.run((words + " " + id).split(" ")))
                        .as(words)
                        .isEqualTo(new Program.Result(0, "1\n", "status 141\n"));
            }
            assertThat(loadshare.through().run("jobs").out()).contains(id).contains("RUNNING");
        } finally {
            loadshare.through().run("kill", "--grace", "1s", id);
        }
    }
}
