package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends a job of which only the control directory is left, and a process that has the number of its wrapper. */
class EndScriptTest {

    @TempDir
    Path directory;

    private Process process;

    @AfterEach
    void endProcess() {
        process.destroyForcibly();
    }

    private String end() throws IOException {
        String script = ScriptLibrary.library("process", "state", "record", "end")
                + "answer() { echo \"$1\"; }\nid=job1 escaped=no directory=" + directory + "\nread_stat "
                + process.pid()
                + " && echo " + process.pid()
                + " $started $this_boot >$directory/identity; echo '  3' >$directory/status\n"
                + "end_verified 1\n";
        Process shell =
                new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
        return new String(shell.getInputStream().readAllBytes()).strip();
    }

    @Test
    void aProcessThatExitsAndHasLostItsArgumentsIsAwaited() throws IOException {
        process = new ProcessBuilder("perl", "-e", "$0 = ''; $| = 1; print 1; sleep 1").start();
        assertThat(process.getInputStream().read()).isEqualTo('1');

        assertThat(end()).isEqualTo("ended 3");
    }

    @Test
    void anotherProcessIsNotEnded() throws IOException {
        process = new ProcessBuilder(List.of("sleep", "60")).start();

        assertThat(end()).isEqualTo("forged");
        assertThat(process.isAlive()).isTrue();
    }
}
