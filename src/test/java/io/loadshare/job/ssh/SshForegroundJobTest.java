package io.loadshare.job.ssh;

import io.loadshare.host.Host;
import io.loadshare.transport.Transport;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** On real sshd hosts. */
@Tag("ssh")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SshForegroundJobTest {

    /** Sh is dash, the login shell bash. */
    @Nested
    class DashAndBash extends ForegroundJobContract {
        @Override
        Transport transport() {
            return SshHosts.sharedTransport();
        }

        @Override
        Host host() {
            return SshHosts.host(SshHosts.shared(), 1, "u1");
        }
    }

    /** Sh is bash, the login shell bash with a profile that prints. */
    @Nested
    class BashAndNoise extends ForegroundJobContract {
        @Override
        Transport transport() {
            return SshHosts.sharedTransport();
        }

        @Override
        Host host() {
            return SshHosts.host(SshHosts.shared(), 2, "noisy");
        }
    }

    /** Sh and all programs are busybox's, the login shell is tcsh. */
    @Nested
    class BusyboxAndTcsh extends ForegroundJobContract {
        @Override
        Transport transport() {
            return SshHosts.sharedTransport();
        }

        @Override
        Host host() {
            return SshHosts.host(SshHosts.shared(), 3, "t1");
        }
    }
}
