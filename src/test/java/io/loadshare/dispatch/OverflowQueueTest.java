package io.loadshare.dispatch;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.host.PoolOrder;
import io.loadshare.host.SlurmCluster;
import io.loadshare.ledger.InMemoryLedger;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Ticket;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.ClusterTerms;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.Placer;
import io.loadshare.testing.TestingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
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

    /** The reports are old, so the request measures the hosts, and that takes longer than it has to wait. */
    @Test
    void aRequestWhoseOverflowTimePassesWhileItMeasuresIsTriedAgainAtOnce() {
        TestingClock clock = new TestingClock(NOW);
        TestingLoadSource load = new TestingLoadSource(inventory);
        load.answer("own", status -> {
            clock.advance(Duration.ofSeconds(31));
            return status.withReport(report("own", clock.instant())
                    .cores(4)
                    .job("a", 4, "bob", 4)
                    .build());
        });
        load.answer(
                "hpc",
                status -> status.withReport(report("hpc", clock.instant())
                        .cores(8)
                        .runnable(8)
                        .tasks(8, 8)
                        .build()));
        PoolOrder order = PoolOrder.of(List.of(List.of(OWN), List.of(CLUSTER)), Optional.of(Duration.ofSeconds(30)));
        PlacementRequest request = PlacementRequest.of("pool own,hpc", new int[] {0, 1}, "bob", 1)
                .withCluster(ClusterTerms.DEFAULT.withOrder(order));
        PendingRequest pending = new DispatcherBuilder(
                        new InMemoryLedger(inventory), load, clock, new SplittableRandom(1))
                .build()
                .request(request, new WaitPolicy(Optional.of(Duration.ofHours(1)), true), new DispatchListener() {});

        assertThat(pending.tryNow()).isEmpty();
        assertThat(pending.isDue()).isTrue();
        assertThat(pending.tryNow())
                .hasValueSatisfying(place -> assertThat(place.host().name()).isEqualTo(CLUSTER));
    }
}
