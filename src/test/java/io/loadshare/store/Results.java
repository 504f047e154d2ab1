package io.loadshare.store;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadReport;
import io.loadshare.load.LoadReport.Desktop;
import io.loadshare.load.LoadReport.ObservedJob;
import io.loadshare.load.Observer;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import io.loadshare.scan.ScanFindings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Results of scans for tests. Times are seconds behind {@link #START}. */
final class Results {

    static final Observer ALICE = new Observer("alice", "m1");

    static final Instant START = Instant.ofEpochSecond(1_795_370_000);

    private Results() {}

    static Instant at(double second) {
        return START.plusMillis((long) (second * 1000));
    }

    static HostInventory inventory(int hosts) {
        return new HostInventory(
                IntStream.rangeClosed(1, hosts)
                        .mapToObj(i -> Host.named("h" + i))
                        .toList(),
                List.of());
    }

    static LoadReport report(String host, double second, double load) {
        return new LoadReport(
                new HostName(host),
                at(second),
                new LoadReport.Boot("7a5b1c1e-0000-4000-8000-000000000001", Duration.ofSeconds(12345)),
                new LoadReport.LoadAverage(load, load, load, 3, 345),
                8,
                new LoadReport.Memory(64L << 30, 32L << 30),
                new LoadReport.Threads(2, 1, true),
                List.of(new ObservedJob("k3f9", 2, "alice", 1)),
                new LoadReport.People(Optional.of(List.of("alice", "bob")), List.of(new Desktop("alice", ":3"))),
                List.of(),
                LoadReport.Health.GOOD,
                false,
                List.of());
    }

    static HostResult answer(String host, double second, double load) {
        return HostResult.of(report(host, second, load), at(second), Duration.ofMillis(300));
    }

    static HostResult failure(String host, double second, String reason) {
        return failure(host, second, new LoadshareException(LoadshareException.Kind.UNAVAILABLE, reason));
    }

    static HostResult failure(String host, double second, LoadshareException failure) {
        return HostResult.of(new HostName(host), failure, false, at(second), Duration.ofSeconds(10));
    }

    /** What everybody should know. */
    static ScanFindings shared(ScanResult result) {
        return new ScanFindings(result, new ScanResult(result.startedAt(), result.endedAt(), List.of()));
    }

    /** A scan that ended when its last host answered. */
    static ScanResult scan(HostResult... hosts) {
        Instant end = List.of(hosts).stream()
                .map(HostResult::at)
                .max(Instant::compareTo)
                .orElse(START);
        return new ScanResult(end.minusSeconds(1), end, List.of(hosts));
    }
}
