package io.loadshare.job.ssh;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.testing.Cluster;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;

/** Real sshd hosts whose {@code /bin/sh} differ: dash as Debian has it, bash, and busybox for every program it has. */
final class SshHosts {

    /** All that jobs use on a host. */
    private static final String REPLACED =
            "dash cat chmod dd find grep head id mkdir mv rm sed setsid sleep stat tail timeout touch tr";

    private static Cluster shared;
    private static JschTransport sharedTransport;

    private SshHosts() {}

    /** One cluster for all tests that leave its hosts as they are; it ends with this JVM. */
    static synchronized Cluster shared() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    static synchronized JschTransport sharedTransport() {
        if (sharedTransport == null) {
            sharedTransport = transport(shared());
        }
        return sharedTransport;
    }

    /** Starts a cluster; its second host has bash as sh, its third busybox for all that jobs use. */
    static Cluster start(String... options) {
        Cluster cluster = Cluster.start(3, options);
        require(cluster.exec(cluster.host(2), "mount", "--bind", "/usr/bin/bash", "/usr/bin/dash"));
        require(cluster.exec(
                cluster.host(3),
                "bash",
                "-c",
                "for p in $0; do mount --bind /usr/bin/busybox $(readlink -f $(type -P $p)) || exit; done",
                REPLACED));
        return cluster;
    }

    private static void require(Cluster.Output output) {
        if (output.status() != 0) {
            throw new IllegalStateException("a host's sh could not be replaced: " + output.stderr());
        }
    }

    static Host host(Cluster cluster, int i, String user) {
        String name = cluster.host(i);
        return new Host(
                new HostName(name),
                name,
                OptionalInt.empty(),
                Optional.of(user),
                Set.of(),
                1.0,
                false,
                Optional.empty());
    }

    static JschTransport transport(Cluster cluster) {
        return transport(cluster.directory());
    }

    static JschTransport transport(java.nio.file.Path clusterDirectory) {
        SshSettings settings = new SshSettings(
                clusterDirectory.resolve("ssh_config"),
                clusterDirectory.resolve("known_hosts"),
                Optional.empty(),
                List.of());
        LocalUser caller =
                new LocalUser("root", clusterDirectory.resolve("home/root"), Map.of("PATH", System.getenv("PATH")));
        return new JschTransport(settings, caller, new Random(1));
    }
}
