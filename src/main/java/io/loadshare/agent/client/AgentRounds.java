package io.loadshare.agent.client;

import io.loadshare.dispatch.LiveHosts;
import io.loadshare.dispatch.LiveRound;
import io.loadshare.host.Host;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.PlacementModel;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.PlacementResult;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.transport.Deadline;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Queries the agents of hosts for each request: all that the last scan saw, or a percentage of them, in list or random
 * order. Opens no connection without agents. Retreats and ends are sent in the background; {@link #close} waits for
 * them, at most as long as for a round.
 */
public final class AgentRounds implements LiveHosts, AutoCloseable {

    private static final int MOST_SLACK = 1000;

    private final Supplier<AgentClient> makeClient;
    private final PlacementSettings settings;
    private final Duration timeout;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final Random random;
    private final ContentionBackoff pace;
    private final Map<String, Held> held = new ConcurrentHashMap<>(); // by the job's id
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
    private AgentClient client;

    /** A job that an agent has recorded. */
    private record Held(Host host, String secret) {}

    /**
     * @param client created for the first query
     * @param timeout how long a round may take
     * @param clock the clock that decides which entries are newer
     * @param nanoClock as {@link System#nanoTime}
     */
    public AgentRounds(
            Supplier<AgentClient> client,
            PlacementSettings settings,
            Duration timeout,
            InstantSource clock,
            LongSupplier nanoClock,
            Random random) {
        this.makeClient = client;
        this.settings = settings;
        this.timeout = timeout;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.random = random;
        this.pace = new ContentionBackoff(timeout, nanoClock, random);
    }

    @Override
    public LiveRound ask(PlacementRequest request, LoadBoard board) {
        List<Host> withAgent = Arrays.stream(request.candidates())
                .filter(position -> hasAgent(board.at(position)))
                .mapToObj(position -> board.inventory().at(position))
                .filter(host -> host.tags().containsAll(request.tags()))
                .toList();
        if (withAgent.isEmpty()) {
            return LiveRound.of(board);
        }
        close(); // a query that is not withdrawn yet counts as load
        await(pace.pause());
        List<Host> asked = share(withAgent);
        AgentRound round = new AgentRound(this, board, withAgent, asked);
        round.ask(share(asked.size(), settings.waitReplyPercentage()));
        return round;
    }

    private static void await(Duration pause) {
        try {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean hasAgent(HostStatus status) {
        return status.drain().isEmpty()
                && status.report().filter(LoadReport::agent).isPresent();
    }

    private List<Host> share(List<Host> hosts) {
        int share = share(hosts.size(), settings.queryPercentage());
        int count = Math.min(hosts.size(), Math.max(settings.minQueries(), share));
        if (!settings.randomOrder()) {
            return hosts.subList(0, count);
        }
        List<Host> shuffled = new ArrayList<>(hosts);
        synchronized (random) {
            Collections.shuffle(shuffled, random);
        }
        return shuffled.subList(0, count);
    }

    /** Rounded up, so that a percentage of something is never zero. */
    private static int share(int count, int percentage) {
        return (count * percentage + 99) / 100;
    }

    synchronized AgentClient client() {
        if (client == null) {
            client = makeClient.get();
        }
        return client;
    }

    /** Returns how many slots others may take on the chosen host while it stays better than the runner-up and has room. */
    int slack(PlacementResult.Placed decision) {
        if (settings.model() != PlacementModel.TRACKED || decision.runnerUp().isEmpty()) {
            return 0;
        }
        double lead = decision.runnerUp().get().score() - decision.score();
        double slots = Math.min(decision.spareSlots(), Math.floor(lead / decision.slotWeight()));
        return (int) Math.max(0, Math.min(MOST_SLACK, slots));
    }

    ContentionBackoff pace() {
        return pace;
    }

    Duration timeout() {
        return timeout;
    }

    Deadline deadline() {
        return Deadline.after(timeout, nanoClock);
    }

    InstantSource clock() {
        return clock;
    }

    void hold(String jobId, Host host, String secret) {
        held.put(jobId, new Held(host, secret));
    }

    @Override
    public void end(String jobId, boolean ran) {
        Held job = held.remove(jobId);
        if (job != null) {
            send(client().end(job.host(), jobId, job.secret(), ran, timeout));
        }
    }

    /** Sends a message to an agent. If it does not arrive, the agent's entry expires by itself. */
    void send(CompletableFuture<?> message) {
        underWay.add(message);
        message.whenComplete((result, failure) -> underWay.remove(message));
    }

    /** Waits for pending messages. */
    @Override
    public void close() {
        if (underWay.isEmpty()) {
            return;
        }
        try {
            CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new))
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Queries expire, and ends are measured.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
