package io.loadshare.placement;

import static io.loadshare.testing.LedgerRecords.ended;
import static io.loadshare.testing.LedgerRecords.started;
import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import io.loadshare.load.LoadBoard;
import io.loadshare.testing.ReportBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Memory that was found available may by now be that of jobs placed since. */
class ReservedMemoryTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(60);
    private static final long GIB = 1L << 30;
    private static final HostInventory INVENTORY = new HostInventory(List.of(Host.named("l1")), List.of());

    private final ReportBuilder report = report("l1", NOON).memory(16 * GIB, 12 * GIB);
    private LedgerView view = LedgerView.empty(INVENTORY);

    @Test
    void isNotReservedTwice() {
        reserve("j1", 8 * GIB);
        assertThat(place(4 * GIB)).isInstanceOf(PlacementResult.Placed.class);
        assertThat(place(5 * GIB))
                .isInstanceOfSatisfying(PlacementResult.NotNow.class, result -> assertThat(result.reasons())
                        .containsExactly(PendingReason.TOO_LITTLE_MEMORY_NOW));
        assertThat(place(5 * GIB).explanation().refusals())
                .containsExactly("l1: 12G of memory available, 8.0G of it reserved (5.0G asked)");
    }

    @Test
    void ofAJobThatTheProbeSawIsReservedAsFarAsItDoesNotUseItYet() {
        reserve("j1", 8 * GIB);
        report.job("j1", 1, "alice", 1, 5 * GIB);
        assertThat(place(9 * GIB)).isInstanceOf(PlacementResult.Placed.class);
        assertThat(place(9 * GIB + 1)).isInstanceOf(PlacementResult.NotNow.class);
    }

    @Test
    void ofAJobThatUsesMoreThanItRequestedIsInTheFigureOfTheProbe() {
        reserve("j1", 8 * GIB);
        report.job("j1", 1, "alice", 1, 9 * GIB);
        assertThat(place(12 * GIB)).isInstanceOf(PlacementResult.Placed.class);
    }

    @Test
    void ofAJobWhoseUseIsUnknownStaysReserved() {
        reserve("j1", 8 * GIB);
        report.job("j1", 1, "alice", 1, 0);
        assertThat(place(4 * GIB + 1)).isInstanceOf(PlacementResult.NotNow.class);
    }

    @Test
    void staysReservedWhileTheJobRuns() {
        reserve("j1", 8 * GIB);
        view = view.fold(started("j1", LATER));
        assertThat(place(5 * GIB)).isInstanceOf(PlacementResult.NotNow.class);
        view = view.fold(ended("j1", LATER));
        assertThat(place(5 * GIB)).isInstanceOf(PlacementResult.Placed.class);
    }

    private void reserve(String id, long memory) {
        view = view.fold(new LedgerRecord.Reserved(new Reservation(
                id, new HostName("l1"), "alice", 1, memory, List.of(), Optional.empty(), NOON.plusSeconds(30))));
    }

    private PlacementResult place(long memory) {
        PlacementRequest request = new PlacementRequest(
                "any",
                INVENTORY.machinePositions(),
                "bob",
                1,
                Set.of(),
                memory,
                0,
                OptionalDouble.empty(),
                List.of(),
                Optional.empty(),
                1,
                ClusterTerms.DEFAULT);
        LoadBoard board = LoadBoard.empty(INVENTORY).with(new HostName("l1"), status -> report.status());
        return new Placer(PlacementSettings.DEFAULT).place(request, board, view, LATER);
    }
}
