package io.loadshare.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadReport;
import io.loadshare.load.LoadReport.ObservedJob;
import io.loadshare.testing.Cluster;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("ssh")
class ClusterScanTest {

    private static final int HOSTS = 50;
    private static Cluster cluster;

    private final Transport transport = connect();

    @BeforeAll
    static void startCluster() {
        cluster = Cluster.start(HOSTS);
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void endConnections() {
        transport.close();
    }

    private static Transport connect() {
        SshSettings settings =
                new SshSettings(cluster.sshConfig(), cluster.knownHosts(), Optional.of(cluster.identity()), List.of());
        return new JschTransport(settings, LocalUser.current(), RandomGenerator.getDefault());
    }

    private static Host host(int i, String user) {
        HostName name = new HostName(cluster.host(i));
        return new Host(
                name, name.value(), OptionalInt.empty(), Optional.of(user), Set.of(), 1, false, Optional.empty());
    }

    private static List<Host> all() {
        return IntStream.rangeClosed(1, HOSTS).mapToObj(i -> host(i, "root")).toList();
    }

    private ScanResult scan(Duration timeout, List<Host> hosts) throws InterruptedException {
        ScanSettings settings = new ScanSettings(
                timeout, Duration.ZERO, timeout.dividedBy(2), timeout, timeout, false, Optional.empty());
        Probe probe = new Probe(List.of(), Optional.empty(), Duration.ofSeconds(1));
        return new Scanner(transport, probe, settings, 128, Instant::now, System::nanoTime).scan(hosts, result -> {});
    }

    private LoadReport measure(int i, String user) throws InterruptedException {
        HostResult result =
                scan(Duration.ofSeconds(60), List.of(host(i, user))).hosts().get(0);
        result.failure().ifPresent(failure -> {
            throw failure;
        });
        return result.report().orElseThrow();
    }

    @Test
    void everyIdleHostIsMeasuredAsIdle() throws Exception {
        ScanResult result = scan(Duration.ofSeconds(60), all());
        assertThat(result.hosts()).allSatisfy(host -> {
            assertThat(host.failure()).isEmpty();
            assertThat(host.report().orElseThrow().threads().complete()).isTrue();
            assertThat(host.report().orElseThrow().threads().runnable())
                    .as(host.host().value())
                    .isZero();
        });
        assertThat(result.hosts())
                .extracting(host -> host.report().orElseThrow().boot().id())
                .doesNotHaveDuplicates();
    }

    @Test
    void aSecondScanReusesTheConnections() throws Exception {
        scan(Duration.ofSeconds(60), all());
        List<String> before = connections();
        assertThat(scan(Duration.ofSeconds(60), all()).answered()).isEqualTo(HOSTS);
        assertThat(before).hasSize(HOSTS);
        assertThat(connections()).isEqualTo(before);
    }

    /** The ends of this process's connections to the hosts' sshd. */
    private static List<String> connections() throws IOException {
        String network = cluster.address(1).substring(0, cluster.address(1).lastIndexOf('.') + 1);
        Process process = new ProcessBuilder("ss", "-tnHp", "state", "established").start();
        String self = "pid=" + ProcessHandle.current().pid() + ",";
        return process.inputReader()
                .lines()
                .filter(line -> line.contains(network) && line.contains(self))
                .map(line -> line.strip().split(" +")[2])
                .sorted()
                .toList();
    }

    @Test
    void injectedLoadIsSeenInTheAveragesAndBurnersAsRunnable() throws Exception {
        cluster.load("h1", 3);
        cluster.burn("h2", 2);
        try {
            assertThat(measure(1, "root").loadAverage().load1()).isEqualTo(3);
            assertThat(measure(1, "root").threads().runnable()).isZero();
            assertThat(measure(2, "root").threads().runnable()).isEqualTo(2);
        } finally {
            cluster.load("h1", 0);
            cluster.burn("h2", 0);
        }
    }

    @Test
    void jobsOfAllUsersAreSeenByAnyUser() throws Exception {
        cluster.exec(
                "h3",
                "sh",
                "-c",
                "setsid setpriv --reuid u2 --clear-groups"
                        + " sh -c ': >/tmp/up; while :; do :; done' loadshare-job k1 2 >/dev/null 2>&1 &"
                        + " echo $! >/run/job; until [ -e /tmp/up ]; do sleep 0.01; done");
        try {
            LoadReport report = measure(3, cluster.user(1));
            assertThat(report.jobs())
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("memory")
                    .containsExactly(new ObservedJob("k1", 2, "u2", 1));
            assertThat(report.threads().own()).isEqualTo(1);
        } finally {
            cluster.exec("h3", "sh", "-c", "kill -9 $(cat /run/job)");
        }
    }

    @Test
    void loginShellsMayBeCshOrPrintNoise() throws Exception {
        assertThat(measure(4, "noisy").threads().complete()).isTrue();
        assumeThat(Files.exists(Path.of("/bin/tcsh")))
                .as("tcsh is not installed, so it is not tried")
                .isTrue();
        assertThat(measure(4, "t1").threads().complete()).isTrue();
    }

    @Test
    void tenHungAndFiveRefusingHostsOfFiftyLeave35FreshAndNothingBehind() throws Exception {
        for (int i = 1; i <= 15; i++) {
            if (i <= 10) {
                cluster.hang(cluster.host(i));
            } else {
                cluster.refuse(cluster.host(i));
            }
        }
        try {
            ScanResult result = scan(Duration.ofSeconds(10), all());
            assertThat(result.answered()).isEqualTo(35);
            for (int i = 1; i <= 15; i++) {
                assertThat(result.hosts().get(i - 1).failure().orElseThrow().getMessage())
                        .contains(i <= 10 ? "did not send an SSH banner" : "refused");
            }
            assertThat(scanThreads()).isEmpty();
        } finally {
            for (int i = 1; i <= 15; i++) {
                if (i <= 10) {
                    cluster.resume(cluster.host(i));
                } else {
                    cluster.accept(cluster.host(i));
                }
            }
        }
        assertThat(connections()).hasSize(35);
        transport.close();
        assertThat(connections()).isEmpty();
    }

    private static List<String> scanThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("loadshare-scan"))
                .toList();
    }
}
