package io.loadshare.bench.decide;

import io.loadshare.ledger.Ledger;
import io.loadshare.ledger.LedgerView;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.load.Observer;
import io.loadshare.load.ReportText;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.ScanResult;
import io.loadshare.scan.ScanFindings;
import io.loadshare.store.AtomicFile;
import io.loadshare.store.LedgerFile;
import io.loadshare.store.StateDirectory;
import io.loadshare.store.StateSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A benchmark of the time and memory of reading the state of a {@link BusySite} from disk (from the system's cache), as
 * each new process does.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StateBenchmark {

    @Param({"36", "1000", "10000"})
    public int hosts;

    private static final Observer OBSERVER = new Observer("user1", "here");

    private BusySite site;
    private StateSettings settings;

    @Setup
    public void write() throws IOException {
        site = new BusySite(hosts);
        settings = new StateSettings(Files.createTempDirectory("loadshare-bench-"), false);
        StateDirectory state = StateDirectory.open(settings, StateBenchmark::fail);
        state.prepare();
        List<HostResult> results =
                IntStream.range(0, hosts).mapToObj(this::result).toList();
        ScanResult scan = new ScanResult(BusySite.NOW, BusySite.NOW, results);
        state.publish(ScanFindings.of(scan, site.inventory), OBSERVER, BusySite.NOW);
        ledger().transact(view -> new Ledger.Decision<>(null, site.records()));
    }

    private HostResult result(int position) {
        LoadReport report = site.board.at(position).report().orElseThrow();
        return HostResult.of(report, report.measuredAt(), Duration.ZERO);
    }

    private LedgerFile ledger() {
        return new LedgerFile(
                settings.directory().resolve("ledger"),
                AtomicFile.Access.PRIVATE,
                site.inventory,
                "user1",
                InstantSource.fixed(BusySite.NOW),
                System::nanoTime,
                new Random(1),
                StateBenchmark::fail);
    }

    private static void fail(String warning) {
        throw new IllegalStateException(warning);
    }

    @TearDown
    public void remove() throws IOException {
        try (Stream<Path> files = Files.walk(settings.directory())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Reads the reports of all hosts from the snapshot of the last scan. */
    @Benchmark
    public LoadBoard loadState() {
        return StateDirectory.open(settings, StateBenchmark::fail).board(site.inventory, OBSERVER);
    }

    /** Reads an hour's entries of all hosts from the ledger. */
    @Benchmark
    public LedgerView loadLedger() {
        return ledger().view();
    }

    /** The parser benchmark: one report as the probe prints it. */
    @State(Scope.Thread)
    @BenchmarkMode(Mode.SampleTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public static class OfOneHost {

        @Param("1")
        public int hosts;

        private String text;

        @Setup
        public void print() {
            text = ReportText.print(new BusySite(hosts).board.at(0).report().orElseThrow());
        }

        @Benchmark
        public LoadReport parseReport() {
            return ReportText.parse(text, "report");
        }
    }
}
