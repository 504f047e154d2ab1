package io.loadshare.agent.client;

import io.loadshare.dispatch.DispatchListener;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.DispatcherBuilder;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.dispatch.Reservations;
import io.loadshare.dispatch.WaitPolicy;
import io.loadshare.host.HostName;
import io.loadshare.ledger.InMemoryLedger;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.scan.LoadSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** Someone who places jobs on hosts with agents, with a ledger of his own. */
final class PlacingClient implements AutoCloseable {

    private static final InstantSource CLOCK = InstantSource.system();

    final List<String> warnings = new ArrayList<>();
    final Reservations reservations;
    final Dispatcher dispatcher;
    private final AgentRounds rounds;
    private final LoadBoard scanned;

    /** @param scanned what the last scan found, for good */
    PlacingClient(AgentClient client, PlacementSettings placement, Duration timeout, LoadBoard scanned, long seed) {
        this.scanned = scanned;
        rounds = new AgentRounds(() -> client, placement, timeout, CLOCK, System::nanoTime, new Random(seed));
        dispatcher = new DispatcherBuilder(
                        new InMemoryLedger(scanned.inventory()),
                        new Scanned(scanned),
                        CLOCK,
                        new SplittableRandom(seed))
                .placement(placement)
                .liveHosts(rounds)
                .build();
        reservations = dispatcher.reservations();
    }

    private record Scanned(LoadBoard latest) implements LoadSource {

        @Override
        public LoadBoard refresh(List<HostName> hosts) {
            return latest;
        }
    }

    PlacementRequest request(long seed) {
        return PlacementRequest.of("pool vnc", scanned.inventory().machinePositions(), "alice", seed);
    }

    PlacedRequest place(long seed) throws InterruptedException {
        return dispatcher.place(request(seed), WaitPolicy.NONE, new DispatchListener() {
            @Override
            public void warn(String message) {
                warnings.add(message);
            }
        });
    }

    /** Places a job, and gives the host's name. */
    String place() throws InterruptedException {
        return place(1).host().name().value();
    }

    @Override
    public void close() {
        rounds.close();
    }
}
