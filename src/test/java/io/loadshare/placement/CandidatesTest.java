package io.loadshare.placement;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.LedgerView;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.testing.LedgerRecords;
import io.loadshare.testing.ReportBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A placer that remembers decides as one that does not. */
class CandidatesTest {

    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private final HostInventory inventory =
            new HostInventory(List.of(Host.named("l1"), Host.named("l2"), Host.named("l3")), List.of());
    private final Placer remembering = new Placer(PlacementSettings.DEFAULT);
    private LoadBoard board = LoadBoard.empty(inventory);
    private LedgerView view = LedgerView.empty(inventory);
    private Instant now = START;
    private int jobs;

    static IntStream seeds() {
        return IntStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyChangeIsNoticed(int seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 100; step++) {
            change(random);
            assertThat(explanation(remembering)).isEqualTo(explanation(new Placer(PlacementSettings.DEFAULT)));
        }
    }

    @Test
    void hostsOfAnotherInventoryAreOthers() {
        now = START.plusSeconds(1);
        for (String host : List.of("l1", "l2", "l3")) {
            measure(host, report(host, now));
        }
        explanation(remembering);
        Host fast = new Host(
                new HostName("l2"),
                "l2",
                Host.named("l2").port(),
                Optional.empty(),
                Host.named("l2").tags(),
                2,
                false,
                Optional.empty());
        HostInventory other = new HostInventory(List.of(Host.named("l1"), fast, Host.named("l3")), List.of());
        LoadBoard sameReports = LoadBoard.of(
                other,
                Map.of(
                        new HostName("l1"),
                        board.at(0),
                        new HostName("l2"),
                        board.at(1),
                        new HostName("l3"),
                        board.at(2)));
        PlacementResult result = remembering.place(
                PlacementRequest.of("any", other.machinePositions(), "alice", 1),
                sameReports,
                LedgerView.empty(other),
                now);
        assertThat(result).isInstanceOfSatisfying(PlacementResult.Placed.class, placed -> assertThat(placed.host())
                .isSameAs(fast));
    }

    private void change(Random random) {
        now = now.plusSeconds(random.nextInt(120));
        String host = "l" + (1 + random.nextInt(3));
        switch (random.nextInt(7)) {
            case 0, 1 -> view = view.fold(LedgerRecords.reserved("job-" + ++jobs, host, now));
            case 2 -> view = view.fold(LedgerRecords.started("job-" + jobs, now));
            case 3 -> view = view.fold(LedgerRecords.ended("job-" + (1 + random.nextInt(jobs + 1)), now));
            case 4 -> board = board.with(new HostName(host), status -> status.withFailure("refused", now));
            case 5 ->
                board = board.with(
                        new HostName(host),
                        status -> status.withSuspension(Optional.of(
                                new HostStatus.Suspension("quick failures", now.plus(Duration.ofMinutes(1))))));
            default ->
                measure(host, report(host, now).runnable(random.nextInt(5)).job("job-" + jobs, 1, "alice"));
        }
    }

    private void measure(String host, ReportBuilder report) {
        board = board.with(new HostName(host), status -> status.withReport(report.build()));
    }

    private Explanation explanation(Placer placer) {
        return placer.place(PlacementRequest.of("any", inventory.machinePositions(), "alice", 1), board, view, now)
                .explanation();
    }
}
