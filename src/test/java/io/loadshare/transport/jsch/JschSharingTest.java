package io.loadshare.transport.jsch;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.testing.Cluster;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.SshConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which commands are on one connection: a login costs a tenth of a second and more. */
@Tag("ssh")
class JschSharingTest {

    /** Tells its connection, then waits for the end of its input. */
    private static final String LINE = "echo $SSH_CONNECTION; exec cat";

    @AutoClose
    private static Cluster cluster;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start(1);
    }

    @Test
    void aQuietCommandSharesItsConnectionWithAStreamButTwoStreamsDoNot() throws IOException {
        SshConfig config = new SshConfig(directory, cluster);
        try (JschTransport transport =
                        new JschTransport(config.settings(), config.caller(), RandomGenerator.getDefault());
                Session session = transport.connect(Host.named(cluster.host(1)), ample());
                RemoteProcess quiet = session.startQuiet(LINE, ample())) {
            String connection = firstLine(quiet);
            try (RemoteProcess stream = start(session)) {
                assertThat(firstLine(stream)).isEqualTo(connection);
                try (RemoteProcess other = start(session)) {
                    assertThat(firstLine(other)).isNotEqualTo(connection);
                }
            }
            try (RemoteProcess next = start(session)) {
                assertThat(firstLine(next)).as("once the stream has ended").isEqualTo(connection);
            }
        }
    }

    private static Deadline ample() {
        return Deadline.after(Duration.ofSeconds(30), System::nanoTime);
    }

    private static RemoteProcess start(Session session) {
        return session.start(RemoteCommand.of(LINE), ample());
    }

    private static String firstLine(RemoteProcess process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.stdout())).readLine();
    }
}
