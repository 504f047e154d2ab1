package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The host's side of a connection, without a job. */
class ConnectionScriptTest {

    @TempDir
    Path spool;

    /** A host may read a heartbeat, which it answers, and "done" only after the client has closed the connection. */
    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void theLastMessagesOfAClientThatIsGoneAreRead() throws Exception {
        Files.writeString(
                spool.resolve("script"),
                ScriptLibrary.library("process", "state", "stream") + "spool=" + spool + " directory=" + spool
                        + " id=x nonce=n\nfollow started 0 0\n");
        Files.writeString(spool.resolve("messages"), "beat 0 0\ndone\n");
        String line = "cd \"$0\" && mkfifo events feed notify gone && : >out.spool && : >err.spool"
                + " && exec 5<>events 6<>notify 7<>gone 8>gone 7>&-" // nobody reads from 8
                + "; sh script <messages >&8 2>&8; timeout 20 head -n 5 <&5";
        Process shell = new ProcessBuilder("sh", "-c", line, spool.toString())
                .redirectErrorStream(true)
                .start();
        List<String> events = new String(shell.getInputStream().readAllBytes())
                .lines()
                .map(event -> event.split(" ")[0])
                .collect(Collectors.toList());
        assertThat(events).containsExactly("client", "beat", "done", "beat", "closed");
    }
}
