package io.loadshare.transport.jsch;

import io.loadshare.transport.SshConfig;
import io.loadshare.transport.SshContract;
import io.loadshare.transport.Transport;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;

@Tag("ssh")
class JschReachingTest extends SshContract {

    @Override
    protected Transport transport(SshConfig config) {
        return new JschTransport(config.settings(), config.caller(), RandomGenerator.getDefault());
    }
}
