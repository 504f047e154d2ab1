package io.loadshare.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.loadshare.Failure;
import io.loadshare.host.Host;
import io.loadshare.load.LoadReport;
import io.loadshare.load.LoadReport.ObservedJob;
import io.loadshare.testing.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("ssh")
class ClusterScanTest {

    private static final int HOSTS = 36;
    private static Cluster cluster;

    private final TestingTransport transport = new TestingTransport();

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

    /** Reaches a host by the machine's own ssh, as a user. */
    private Host reach(int i, String user) {
        String name = cluster.host(i);
        String ssh = "exec ssh -F " + cluster.sshConfig() + " -l " + user + " " + name + " \"$2\"";
        transport.host(name, List.of("/bin/sh", "-c", ssh, "-"));
        return Host.named(name);
    }

    private ScanResult scan(Duration timeout, List<Host> hosts) throws InterruptedException {
        ScanSettings settings =
                new ScanSettings(timeout, Duration.ZERO, timeout, timeout, timeout, false, Optional.empty());
        Probe probe = new Probe(List.of(), Optional.empty(), Duration.ofSeconds(1));
        return new Scanner(transport, probe, settings, 128, Instant::now, System::nanoTime).scan(hosts, result -> {});
    }

    private LoadReport measure(int i, String user) throws InterruptedException {
        HostResult result =
                scan(Duration.ofSeconds(60), List.of(reach(i, user))).hosts().get(0);
        result.failure().ifPresent(failure -> {
            throw failure;
        });
        return result.report().orElseThrow();
    }

    @Test
    void everyIdleHostIsMeasuredAsIdle() throws Exception {
        List<Host> hosts =
                IntStream.rangeClosed(1, HOSTS).mapToObj(i -> reach(i, "root")).toList();
        ScanResult result = scan(Duration.ofSeconds(60), hosts);
        assertThat(result.hosts()).allSatisfy(host -> {
            assertThat(host.failure()).isEmpty();
            assertThat(host.report().orElseThrow().complete()).isTrue();
            assertThat(host.report().orElseThrow().runnable())
                    .as(host.host().value())
                    .isZero();
        });
        assertThat(result.hosts())
                .extracting(host -> host.report().orElseThrow().bootId())
                .doesNotHaveDuplicates();
        System.err.printf("%d hosts in %s%n", HOSTS, Duration.between(result.startedAt(), result.endedAt()));
    }

    @Test
    void injectedLoadAndBurnersAreSeen() throws Exception {
        cluster.load("h1", 3);
        cluster.burn("h2", 2);
        try {
            assertThat(measure(1, "root").load1()).isEqualTo(3);
            assertThat(measure(1, "root").runnable()).isEqualTo(3);
            assertThat(measure(2, "root").runnable()).isEqualTo(2);
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
            assertThat(report.jobs()).containsExactly(new ObservedJob("k1", 2, "u2", 1));
            assertThat(report.ownRunnable()).isEqualTo(1);
        } finally {
            cluster.exec("h3", "sh", "-c", "kill -9 $(cat /run/job)");
        }
    }

    @Test
    void loginShellsMayBeCshOrPrintNoise() throws Exception {
        assertThat(measure(4, "noisy").complete()).isTrue();
        assumeThat(Files.exists(Path.of("/bin/tcsh")))
                .as("tcsh is not installed, so it is not tried")
                .isTrue();
        assertThat(measure(4, "t1").complete()).isTrue();
    }

    @Test
    void hungAndRefusingHostsAreReportedTheOthersAreFresh() throws Exception {
        cluster.hang("h5");
        cluster.refuse("h6");
        try {
            ScanResult result =
                    scan(Duration.ofSeconds(5), List.of(reach(5, "root"), reach(6, "root"), reach(7, "root")));
            assertThat(result.hosts().get(0).failure().map(Failure::getMessage))
                    .hasValue("h5 did not answer within 5.0 s");
            assertThat(result.hosts().get(1).failure().map(Failure::getMessage).orElseThrow())
                    .contains("Connection refused");
            assertThat(result.hosts().get(2).report()).isPresent();
        } finally {
            cluster.resume("h5");
            cluster.accept("h6");
        }
    }
}
