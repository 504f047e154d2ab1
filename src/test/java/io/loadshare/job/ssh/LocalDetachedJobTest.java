package io.loadshare.job.ssh;

import io.loadshare.host.Host;
import io.loadshare.transport.Transport;
import io.loadshare.transport.local.LocalTransport;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class LocalDetachedJobTest extends DetachedJobContract {

    @TempDir
    Path home;

    @AfterEach
    void awaitTheEndOfTheWrappers() {
        LocalHome.awaitUnused(home);
    }

    @Override
    Transport transport() {
        return new LocalTransport(home);
    }

    @Override
    Host host() {
        return Host.local("here");
    }
}
