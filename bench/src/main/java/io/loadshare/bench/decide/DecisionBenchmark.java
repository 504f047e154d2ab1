package io.loadshare.bench.decide;

import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import io.loadshare.license.LicenseFeature;
import io.loadshare.placement.PlacementModel;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.Placer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Time and memory of decisions in memory, on a site of which everything has been read. Times of single decisions are
 * sampled, since their median tells of the code even while the machine has other things to do.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecisionBenchmark {

    @Param({"36", "1000", "10000"})
    public int hosts;

    private BusySite site;
    private PlacementRequest request;
    private PlacementRequest licensed;
    private final Placer tracked = new Placer(PlacementSettings.DEFAULT);
    private final Placer sciclust = new Placer(PlacementSettings.DEFAULT.withModel(PlacementModel.SCICLUST));
    private final Placer loadshare = new Placer(PlacementSettings.DEFAULT.withModel(PlacementModel.LOADSHARE));
    private LedgerRecord reserved;
    private LedgerRecord retreated;

    @Setup
    public void populate() {
        site = new BusySite(hosts);
        request = PlacementRequest.of("all hosts", site.inventory.positions(), "user1", 1);
        LicenseFeature feature =
                new LicenseFeature("matlab", "MATLAB", 1_000_000, LicenseFeature.Rule.SPREAD, List.of());
        licensed = request.withLicense(feature, Optional.empty());
        reserved = new LedgerRecord.Reserved(new Reservation(
                "new", site.inventory.at(hosts / 2).name(), "user1", 1, Optional.empty(), BusySite.NOW));
        retreated = new LedgerRecord.Retreated("new", BusySite.NOW);
    }

    /** Model tracked: which host is best. */
    @Benchmark
    public PlacementResult tracked() {
        return tracked.place(request, site.board, site.ledger, BusySite.NOW);
    }

    /** The first decision of a process, or after a scan that found every host changed. */
    @Benchmark
    public PlacementResult trackedAllNew() {
        return new Placer(PlacementSettings.DEFAULT).place(request, site.board, site.ledger, BusySite.NOW);
    }

    /** Model sciclust: which host is best. */
    @Benchmark
    public PlacementResult sciclust() {
        return sciclust.place(request, site.board, site.ledger, BusySite.NOW);
    }

    /** Model loadshare: which host is best. */
    @Benchmark
    public PlacementResult loadshare() {
        return loadshare.place(request, site.board, site.ledger, BusySite.NOW);
    }

    /** Model tracked with a license rule, whose seats are counted anew. */
    @Benchmark
    public PlacementResult trackedWithLicense() {
        return tracked.place(licensed, site.board, site.ledger, BusySite.NOW);
    }

    /** A reservation is written and given back: two views after the first. */
    @Benchmark
    public LedgerView reserveAndRetreat() {
        return site.ledger.fold(reserved).fold(retreated);
    }
}
