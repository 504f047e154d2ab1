package io.loadshare.cli;

import io.loadshare.testing.Cluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The program and one host with sshd, reached by the built-in SSH or by {@code ssh.command}. */
abstract class EitherSshTestBase {

    static Cluster cluster;

    @TempDir
    Path home;

    Program loadshare;

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start(1);
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void setUp() {
        use("built-in");
    }

    /** Configures the built-in SSH, or ssh.command with the program ssh. */
    final void use(String ssh) {
        String how = ssh.equals("built-in")
                ? "{ config: " + cluster.sshConfig() + ", knownHosts: " + cluster.knownHosts() + " }"
                : "{ command: [ssh, -F, " + cluster.sshConfig() + ", -o, BatchMode=yes] }";
        loadshare = new Program(home).configure("hosts: [ { name: h1 } ]\nssh: " + how + "\nscan: { timeout: 20s }\n");
    }
}
