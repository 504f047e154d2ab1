package io.loadshare.transport.external;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.host.Host;
import io.loadshare.testing.Cluster;
import io.loadshare.transport.RemoteCommand;
import io.loadshare.transport.SshConfig;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportContract;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.openssh.LocalUser;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("ssh")
class ExternalTransportTest extends TransportContract {

    @AutoClose
    private static Cluster cluster;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start(1);
    }

    @Override
    protected Transport transport() {
        SshConfig config = new SshConfig(directory, cluster);
        return new ExternalTransport(config.command(), config.caller());
    }

    @Override
    protected Host host() {
        return Host.named(cluster.host(1));
    }

    @Override
    protected IntStream statuses() {
        return IntStream.of(0, 1, 2, 100, 127, 128, 137, 143, 254, 255);
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        try (Transport transport = new ExternalTransport(List.of("no-such-ssh", "-x"), LocalUser.current())) {
            assertThatThrownBy(() -> transport.connect(host(), ample()).start(RemoteCommand.of("true"), ample()))
                    .isInstanceOf(TransportException.class)
                    .hasMessage("cannot reach h1: no program 'no-such-ssh' on this machine. Correct ssh.command.");
        }
    }
}
