package io.loadshare.dispatch;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.host.PoolOrder;
import io.loadshare.host.SlurmCluster;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Ticket;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.Placer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** A request behind an older one for more cores than the cluster has idle. */
class OverflowQueueTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final HostName OWN = new HostName("own");
    private static final HostName CLUSTER = new HostName("hpc");

    private final HostInventory inventory = new HostInventory(
            List.of(
                    Host.named("own"),
                    Host.named("own")
                            .asLoginTo(
                                    CLUSTER,
                                    new SlurmCluster(
                                            OWN,
                                            Optional.empty(),
                                            Optional.empty(),
                                            List.of(),
                                            Duration.ofMinutes(10)))),
            List.of());
    private final LoadBoard board = LoadBoard.empty(inventory)
            .with(
                    OWN,
                    old -> old.withReport(
                            report("own", NOW).cores(4).job("a", 4, "bob", 4).build()))
            .with(
                    CLUSTER,
                    old -> old.withReport(
                            report("hpc", NOW).cores(8).runnable(6).tasks(6, 6).build()));

    private TicketQueue.Left behindATicketThatWaitedOneMinute(Optional<Duration> overflow) {
        Instant since = NOW.minusSeconds(60);
        Ticket.Needs needs = new Ticket.Needs(
                List.of(OWN, CLUSTER),
                4,
                0,
                0,
                OptionalDouble.empty(),
                List.of(),
                PoolOrder.of(List.of(List.of(OWN), List.of(CLUSTER)), overflow));
        Ticket older = new Ticket("t1", "alice", "pool own,hpc", needs, since, since);
        LedgerView view = LedgerView.empty(inventory).fold(new LedgerRecord.TicketOpened(older));
        PlacementRequest request = PlacementRequest.of("pool own,hpc", new int[] {0, 1}, "bob", 1);
        return new TicketQueue(new Placer(PlacementSettings.DEFAULT), request, board, NOW).place("", view, 0);
    }

    @Test
    void theOlderRequestComesFirstOnceItsOwnOverflowTimeIsOver() {
        assertThat(behindATicketThatWaitedOneMinute(Optional.empty()).result())
                .isInstanceOf(PlacementResult.Placed.class);
        assertThat(behindATicketThatWaitedOneMinute(Optional.of(Duration.ofSeconds(30)))
                        .tickets())
                .extracting(Ticket::id)
                .containsExactly("t1");
    }
}
