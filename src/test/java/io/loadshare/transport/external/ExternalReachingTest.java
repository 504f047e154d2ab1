package io.loadshare.transport.external;

import io.loadshare.transport.SshConfig;
import io.loadshare.transport.SshContract;
import io.loadshare.transport.Transport;
import org.junit.jupiter.api.Tag;

@Tag("ssh")
class ExternalReachingTest extends SshContract {

    @Override
    protected Transport transport(SshConfig config) {
        return new ExternalTransport(config.command(), config.caller());
    }
}
