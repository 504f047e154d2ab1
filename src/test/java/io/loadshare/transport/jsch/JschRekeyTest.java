package io.loadshare.transport.jsch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.testing.Cluster;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.RemoteProcess;
import io.loadshare.transport.Session;
import io.loadshare.transport.SshConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Long connections change their keys while data flows; here every mebibyte. */
@Tag("ssh")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JschRekeyTest {

    @TempDir
    private Path directory;

    private static Deadline ample() {
        return Deadline.after(Duration.ofSeconds(90), System::nanoTime);
    }

    @Test
    void dataFlowsBothWaysWhileKeysChange() throws Exception {
        byte[] data = new byte[24 << 20];
        new Random(5).nextBytes(data);
        try (Cluster cluster = Cluster.start(1, "--sshd", "RekeyLimit 1M")) {
            SshConfig config = new SshConfig(directory, cluster);
            try (JschTransport transport =
                    new JschTransport(config.settings(), config.caller(), RandomGenerator.getDefault())) {
                Session session = transport.connect(Host.named(cluster.host(1)), ample());
                try (RemoteProcess process = session.start(RemoteCommand.of("cat"), ample())) {
                    CompletableFuture<byte[]> output = CompletableFuture.supplyAsync(() -> all(process));
                    process.stdin().write(data);
                    process.stdin().close();
                    assertThat(output.get(90, TimeUnit.SECONDS)).isEqualTo(data);
                    assertThat(process.waitFor(ample())).isZero();
                }
                byte[] more = session.run("head -c 8388608 /dev/zero | tr '\\0' x", new byte[0], 8 << 20, ample())
                        .stdout();
                assertThat(new String(more, UTF_8)).hasSize(8 << 20).containsOnlyOnce("x".repeat(8 << 20));
            }
        }
    }

    private static byte[] all(RemoteProcess process) {
        try {
            return process.stdout().readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
