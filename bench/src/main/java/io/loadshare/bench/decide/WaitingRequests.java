package io.loadshare.bench.decide;

import io.loadshare.dispatch.DispatchListener;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.DispatcherBuilder;
import io.loadshare.dispatch.PendingRequest;
import io.loadshare.dispatch.WaitPolicy;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Ledger;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.scan.LoadSource;
import io.loadshare.store.AtomicFile;
import io.loadshare.store.LedgerFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Requests that wait in one process, as the steps of a Jenkins controller do: one thread checks all of them once a
 * second.
 */
public final class WaitingRequests {

    /** A job of each host's slots. */
    private static final int SLOTS = 4;

    private WaitingRequests() {}

    /**
     * The cost of waiting requests.
     *
     * @param megabytes the heap they occupy, with the ledger
     * @param percent of one core, while nothing changes
     */
    public record Cost(double megabytes, double percent) {}

    /** A load source whose hosts do not change. */
    private record Fixed(LoadBoard latest) implements LoadSource {
        @Override
        public LoadBoard refresh(List<HostName> hosts) {
            return latest;
        }
    }

    /** @param directory an empty directory, for the ledger */
    public static Cost measure(int requests, int seconds, Path directory) throws InterruptedException {
        BusySite site = new BusySite(36);
        InstantSource clock = InstantSource.offset(
                InstantSource.system(), Duration.between(InstantSource.system().instant(), BusySite.NOW));
        Ledger ledger = new LedgerFile(
                directory.resolve("ledger"),
                AtomicFile.Access.PRIVATE,
                site.inventory,
                "user1",
                clock,
                System::nanoTime,
                new Random(1),
                message -> {
                    throw new IllegalStateException(message);
                });
        ledger.transact(view -> new Ledger.Decision<>(null, site.records()));
        Dispatcher dispatcher = new DispatcherBuilder(ledger, new Fixed(site.board), clock, new Random(1)).build();
        double before = usedMegabytes();
        List<PendingRequest> waiting = new ArrayList<>();
        while (waiting.size() < requests) {
            PlacementRequest request = PlacementRequest.of("pool all", site.inventory.machinePositions(), "user1", 1)
                    .withSlots(SLOTS);
            PendingRequest pending =
                    dispatcher.request(request, WaitPolicy.ENDLESS.withoutScan(), DispatchListener.SILENT);
            if (pending.tryNow().isEmpty()) {
                waiting.add(pending);
            }
        }
        double megabytes = usedMegabytes() - before;
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int second = 0; second < seconds; second++) {
            TimeUnit.SECONDS.sleep(1); // the interval of the owner's checks
            for (PendingRequest request : waiting) {
                if (request.isDue()) {
                    request.tryNow();
                }
            }
        }
        double used = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e9;
        return new Cost(megabytes, 100 * used / seconds);
    }

    private static double usedMegabytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
    }
}
