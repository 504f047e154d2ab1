package io.loadshare.dispatch;

import static io.loadshare.testing.ReportBuilder.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.InMemoryLedger;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.SettingsBuilder;
import io.loadshare.testing.TestingClock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Desktops of many users between two scans: they reserve no slots, so only the ledger shows them. */
class DesktopSpreadTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final int HOSTS = 36;

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5})
    void asManyUsersAsHostsGetOneDesktopOnEachHost(double reservePerDesktop) throws InterruptedException {
        HostInventory inventory = new HostInventory(
                IntStream.rangeClosed(1, HOSTS)
                        .mapToObj(i -> Host.named("l" + i))
                        .toList(),
                List.of());
        TestingClock clock = new TestingClock(NOON);
        TestingLoadSource load = new TestingLoadSource(inventory);
        load.know(inventory.hosts().stream()
                .map(host -> report(host.name().value(), NOON).build())
                .toArray(LoadReport[]::new));
        Dispatcher dispatcher = new DispatcherBuilder(
                        new InMemoryLedger(inventory), load, clock, new SplittableRandom(1))
                .placement(SettingsBuilder.of(PlacementSettings.DEFAULT)
                        .reservePerDesktop(reservePerDesktop)
                        .build())
                .build();
        Map<HostName, Integer> desktops = new HashMap<>();
        for (int user = 1; user <= HOSTS; user++) {
            PlacementRequest request = PlacementRequest.of("pool vnc", inventory.machinePositions(), "user" + user, 0);
            HostName host = dispatcher
                    .await(dispatcher.launch(
                            JobKind.ownJob("desktop-"),
                            request,
                            WaitPolicy.NONE,
                            DispatchListener.SILENT,
                            load::look,
                            place -> place.host().name()))
                    .job();
            desktops.merge(host, 1, Integer::sum);
        }

        assertThat(desktops).hasSize(HOSTS);
    }
}
