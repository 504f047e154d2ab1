package io.loadshare.transport.jsch;

import io.loadshare.host.Host;
import io.loadshare.testing.Cluster;
import io.loadshare.transport.SshConfig;
import io.loadshare.transport.Transport;
import io.loadshare.transport.TransportContract;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("ssh")
class JschTransportTest extends TransportContract {

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
        return new JschTransport(config.settings(), config.caller(), RandomGenerator.getDefault());
    }

    @Override
    protected Host host() {
        return Host.named(cluster.host(1));
    }
}
