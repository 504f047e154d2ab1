package io.loadshare.bench.decide;

import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.RequiredLicense;
import io.loadshare.placement.PlacementModel;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.Placer;
import java.util.List;
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
 * A benchmark of the time and memory of decisions, on a site whose state is already in memory. It samples single
 * decisions, since their median is meaningful even while the machine is busy.
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
        request = PlacementRequest.of("all hosts", site.inventory.machinePositions(), "user1", 1);
        LicenseFeature feature =
                new LicenseFeature("matlab", "MATLAB", 1_000_000, LicenseFeature.Rule.SPREAD, List.of());
        licensed = request.withLicenses(List.of(RequiredLicense.of(feature)));
        reserved = new LedgerRecord.Reserved(
                new Reservation("new", site.inventory.at(hosts / 2).name(), "user1", 1, List.of(), BusySite.NOW));
        retreated = new LedgerRecord.Retreated("new", BusySite.NOW);
    }

    /** Chooses the best host with the model tracked. */
    @Benchmark
    public PlacementResult tracked() {
        return tracked.place(request, site.board, site.ledger, BusySite.NOW);
    }

    /** Makes the first decision of a process, or the first after a scan that found every host changed. */
    @Benchmark
    public PlacementResult trackedAllNew() {
        return new Placer(PlacementSettings.DEFAULT).place(request, site.board, site.ledger, BusySite.NOW);
    }

    /** Chooses the best host with the model sciclust. */
    @Benchmark
    public PlacementResult sciclust() {
        return sciclust.place(request, site.board, site.ledger, BusySite.NOW);
    }

    /** Chooses the best host with the model loadshare. */
    @Benchmark
    public PlacementResult loadshare() {
        return loadshare.place(request, site.board, site.ledger, BusySite.NOW);
    }

    /** Chooses the best host with the model tracked and a license rule, whose seats are counted anew. */
    @Benchmark
    public PlacementResult trackedWithLicense() {
        return tracked.place(licensed, site.board, site.ledger, BusySite.NOW);
    }

    /** Writes a reservation and returns it, which creates two views after the first. */
    @Benchmark
    public LedgerView reserveAndRetreat() {
        return site.ledger.fold(reserved).fold(retreated);
    }
}
