package io.loadshare.placement;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.host.PoolOrder;
import io.loadshare.host.SlurmCluster;
import io.loadshare.ledger.LedgerView;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.RequiredLicense;
import io.loadshare.load.LoadBoard;
import io.loadshare.testing.ReportBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Decisions between a host of four cores and a Slurm cluster of eight. */
class ClusterPlacementTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final HostName OWN = new HostName("own");
    private static final HostName CLUSTER = new HostName("hpc");
    private static final SlurmCluster SLURM =
            new SlurmCluster(OWN, Optional.empty(), Optional.empty(), List.of(), Duration.ofMinutes(10));

    private final HostInventory inventory =
            new HostInventory(List.of(Host.named("own"), Host.named("own").asLoginTo(CLUSTER, SLURM)), List.of());
    private final Placer placer = new Placer(PlacementSettings.DEFAULT);
    private PlacementRequest request = PlacementRequest.of("pool own,hpc", new int[] {0, 1}, "alice", 1);
    private LoadBoard board = LoadBoard.empty(inventory);

    @BeforeEach
    void measure() {
        know(OWN, idle -> idle.cores(4));
        know(CLUSTER, idle -> idle.cores(8).tasks(3, 3));
    }

    private void know(HostName host, UnaryOperator<ReportBuilder> change) {
        board = board.with(
                host,
                old -> old.withReport(change.apply(report(host.value(), NOW)).build()));
    }

    private void ownHostIsFull() {
        know(OWN, full -> full.cores(4).job("a", 4, "bob", 4));
    }

    private String chosen() {
        PlacementResult result = placer.place(request, board, LedgerView.empty(inventory), NOW);
        return result instanceof PlacementResult.Placed placed
                ? placed.host().name().value()
                : result.explanation().refusals().toString();
    }

    @Test
    void anOwnHostComesFirstEvenIfItHasMoreLoad() {
        know(OWN, busy -> busy.cores(4).runnable(40));

        assertThat(chosen()).isEqualTo("own");
    }

    @Test
    void theClusterIsChosenIfItCanStartTheJobNow() {
        ownHostIsFull();

        assertThat(chosen()).isEqualTo("hpc");
    }

    @Test
    void theRequestWaitsWhileBothAreFull() {
        ownHostIsFull();
        know(CLUSTER, full -> full.cores(8).runnable(8).tasks(8, 8));

        assertThat(chosen()).contains("own: no free slot", "hpc: 0 of 8 cores idle, 0 jobs pending", "after 10m");
    }

    @Test
    void itGoesToTheFullClusterAfterTheOverflowTime() {
        ownHostIsFull();
        know(CLUSTER, full -> full.cores(8).runnable(8).tasks(8, 12));
        request = request.withWaited(Duration.ofSeconds(599));
        assertThat(chosen()).contains("4 jobs pending");

        request = request.withWaited(Duration.ofMinutes(10));
        assertThat(chosen()).isEqualTo("hpc");
    }

    @Test
    void aRequestThatNoOwnHostCanEverServeWaitsInTheCluster() {
        know(CLUSTER, full -> full.cores(8).runnable(8).tasks(8, 12));
        request = request.withSlots(6);

        assertThat(chosen()).isEqualTo("hpc");
    }

    @Test
    void aHostOfAnEarlierPoolComesFirstEvenIfItHasMoreLoad() {
        HostInventory three = new HostInventory(
                List.of(
                        Host.named("first"),
                        Host.named("second"),
                        Host.named("own").asLoginTo(CLUSTER, SLURM)),
                List.of());
        board = LoadBoard.empty(three);
        know(new HostName("first"), busy -> busy.cores(4).runnable(40));
        know(new HostName("second"), idle -> idle.cores(4));
        know(CLUSTER, idle -> idle.cores(8));
        List<List<HostName>> pools =
                List.of(List.of(new HostName("first")), List.of(new HostName("second")), List.of(CLUSTER));
        request = PlacementRequest.of("pool first,second,hpc", new int[] {0, 1, 2}, "alice", 1)
                .withCluster(ClusterTerms.DEFAULT.withOrder(PoolOrder.of(pools, Optional.empty())));

        PlacementResult.Placed placed =
                (PlacementResult.Placed) placer.place(request, board, LedgerView.empty(three), NOW);
        assertThat(placed.host().name().value()).isEqualTo("first");
        assertThat(placed.runnerUp())
                .as("a host of the next pool is not a substitute")
                .isEmpty();
        assertThat(placed.explanation().candidates())
                .extracting(line -> line.host().value())
                .containsExactly("first", "second", "hpc");
    }

    @Test
    void aRequestWithAMaximumLoadIsKeptFromTheCluster() {
        ownHostIsFull();
        request = new PlacementRequest(
                "pool own,hpc",
                new int[] {0, 1},
                "alice",
                1,
                Set.of(),
                0,
                0,
                OptionalDouble.of(50),
                List.of(),
                Optional.empty(),
                1,
                ClusterTerms.DEFAULT);

        assertThat(chosen()).contains("hpc: Slurm does not consider the load of its nodes");
    }

    @Test
    void theLeastNumberOfCoresMustBeIdle() {
        ownHostIsFull();
        know(CLUSTER, busy -> busy.cores(8).runnable(5).tasks(5, 5));
        request = new PlacementRequest(
                "pool own,hpc",
                new int[] {0, 1},
                "alice",
                1,
                Set.of(),
                0,
                4,
                OptionalDouble.empty(),
                List.of(),
                Optional.empty(),
                1,
                ClusterTerms.DEFAULT);

        assertThat(chosen()).contains("hpc: 3 of 8 cores idle");
    }

    @Test
    void aLicenseThatSlurmDoesNotCountKeepsTheRequestFromTheCluster() {
        ownHostIsFull();
        LicenseFeature feature = new LicenseFeature("matlab", "MATLAB", 8, LicenseFeature.Rule.SPREAD, List.of());
        request = request.withLicenses(List.of(RequiredLicense.of(feature)));

        assertThat(chosen()).contains("hpc: rule 'spread' of license matlab counts hosts");
    }
}
