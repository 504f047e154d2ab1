package io.loadshare.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.Placer;
import io.loadshare.testing.Cluster;
import io.loadshare.transport.SshSettings;
import io.loadshare.transport.Transport;
import io.loadshare.transport.jsch.JschTransport;
import io.loadshare.transport.openssh.LocalUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host with a file system that does not answer any more. */
@Tag("ssh")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StalledHostTest {

    private static final int HOSTS = 4;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static Cluster cluster;

    @BeforeAll
    static void startCluster() {
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "no FUSE, so no file system stops answering");
        cluster = Cluster.start(HOSTS);
        Cluster.Output prepared = cluster.exec(
                "h2",
                "sh",
                "-c",
                """
                mkdir /tmp/dead
                (exec 3<>/dev/fuse; mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0,allow_other dead /tmp/dead
                exec sleep 3600) >/dev/null 2>&1 &
                until grep -q ' /tmp/dead ' /proc/mounts; do sleep 0.01; done
                for i in $(seq 20); do cat /tmp/dead/file >/dev/null 2>&1 & done
                until [ $(grep -lE '^State:.D' /proc/[0-9]*/status | wc -l) -ge 20 ]; do sleep 0.01; done""");
        assertThat(prepared.status()).as(prepared.toString()).isZero();
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            cluster.exec("h2", "umount", "-f", "/tmp/dead");
            cluster.close();
        }
    }

    private static ScanResult scan(HostInventory inventory) throws InterruptedException {
        SshSettings ssh =
                new SshSettings(cluster.sshConfig(), cluster.knownHosts(), Optional.of(cluster.identity()), List.of());
        ScanSettings settings =
                new ScanSettings(TIMEOUT, Duration.ZERO, TIMEOUT, TIMEOUT, TIMEOUT, false, Optional.empty());
        Probe probe = new Probe(List.of(), Optional.empty(), Duration.ofSeconds(1));
        try (Transport transport = new JschTransport(ssh, LocalUser.current(), RandomGenerator.getDefault())) {
            return new Scanner(transport, probe, settings, HOSTS, Instant::now, System::nanoTime)
                    .scan(inventory.hosts(), result -> {});
        }
    }

    @Test
    void isNeverChosenWhileAnotherHostFits() throws Exception {
        List<Host> hosts = IntStream.rangeClosed(1, HOSTS)
                .mapToObj(i -> new Host(
                        new HostName(cluster.host(i)),
                        cluster.host(i),
                        OptionalInt.empty(),
                        Optional.of("root"),
                        Set.of(),
                        1,
                        false,
                        Optional.empty()))
                .toList();
        HostInventory inventory = new HostInventory(hosts, List.of());
        LoadBoard board = LoadBoard.empty(inventory);
        for (HostResult result : scan(inventory).hosts()) {
            board = board.with(
                    result.host(), status -> status.withReport(result.report().orElseThrow()));
        }
        assertThat(board.of(new HostName(cluster.host(2)))
                        .report()
                        .orElseThrow()
                        .threads()
                        .runnable())
                .isEqualTo(20);
        assertThat(board.of(new HostName(cluster.host(1)))
                        .report()
                        .orElseThrow()
                        .threads()
                        .runnable())
                .isZero();

        Placer placer = new Placer(PlacementSettings.DEFAULT);
        LedgerView view = LedgerView.empty(inventory);
        List<String> chosen = new ArrayList<>();
        for (int i = 0; ; i++) {
            Instant now = Instant.now();
            PlacementRequest request = PlacementRequest.of("any", inventory.machinePositions(), "root", i);
            if (!(placer.place(request, board, view, now) instanceof PlacementResult.Placed placed)) {
                break;
            }
            chosen.add(placed.host().name().value());
            view = view.fold(new LedgerRecord.Reserved(
                    new Reservation("j" + i, placed.host().name(), "root", 1, List.of(), now)));
        }
        int cores = chosen.size() / HOSTS;
        assertThat(chosen.subList(0, (HOSTS - 1) * cores)).doesNotContain("h2");
        assertThat(chosen.subList((HOSTS - 1) * cores, chosen.size())).containsOnly("h2");
    }
}
