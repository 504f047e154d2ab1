package io.loadshare.agent.server;

import io.loadshare.LoadshareException;
import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.client.AgentClient;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.probe.HostResult;
import io.loadshare.testing.ReportBuilder;
import io.loadshare.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A real agent on a loopback address, whose host has the load that a test says. */
public final class TestingAgent implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final Host host;
    private final AgentSettings settings;
    private final Path memory;
    private PlacementSettings placement = PlacementSettings.DEFAULT;
    private AgentService.Limits limits = AgentService.Limits.DEFAULT;
    private InstantSource wall = InstantSource.system();
    private boolean measurable = true;
    private volatile UnaryOperator<ReportBuilder> load = report -> report;
    private AgentService agent;

    /** An agent of host hN on 127.0.0.N that is yet to be started. */
    public TestingAgent(int number, AgentSettings settings, Path directory) {
        this.host = host(number);
        this.settings = settings;
        this.memory = directory.resolve("agent-" + number);
    }

    /** An agent of host h1 that serves this machine. */
    TestingAgent(Path directory) {
        this(1, settings(freePort()), directory);
    }

    TestingAgent with(PlacementSettings newPlacement) {
        placement = newPlacement;
        return this;
    }

    TestingAgent with(AgentService.Limits newLimits) {
        limits = newLimits;
        return this;
    }

    /** On a machine whose clock shows something else. */
    TestingAgent with(InstantSource newWall) {
        wall = newWall;
        return this;
    }

    /** What later measurements find. */
    public TestingAgent load(UnaryOperator<ReportBuilder> newLoad) {
        load = newLoad;
        return this;
    }

    /** Whose host cannot be measured. */
    public TestingAgent withoutLoad() {
        measurable = false;
        return this;
    }

    public static AgentSettings settings(int port, String... clients) {
        List<String> served = clients.length == 0 ? List.of("127.0.0.1") : List.of(clients);
        return new AgentSettings(port, served, Optional.empty(), Optional.empty(), Duration.ZERO);
    }

    public static Host host(int number) {
        return new Host(
                new HostName("h" + number),
                "127.0." + number / 256 + "." + number % 256,
                OptionalInt.empty(),
                Optional.empty(),
                Set.of(),
                1.0,
                false,
                Optional.empty());
    }

    /** A port that nobody listens on, below those that the kernel gives to connections. */
    public static int freePort() {
        Random random = new Random();
        while (true) {
            int port = 10_000 + random.nextInt(20_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken: try another.
            }
        }
    }

    /** Starts, and waits until the host has been measured. */
    public TestingAgent start() {
        listen();
        awaitMeasurement(client());
        return this;
    }

    public void awaitMeasurement(AgentClient client) {
        await(
                "the first measurement of " + host.name(),
                () -> client.health(host, LIMIT).join().condition().equals("ok"));
    }

    /** Starts, and waits for nothing. */
    public TestingAgent listen() {
        agent = AgentService.start(
                new AgentService.Setup(
                        host,
                        settings,
                        placement,
                        memory,
                        clock -> () -> measure(clock.instant()),
                        Optional.of(address()),
                        "0.1.0",
                        log::add),
                limits,
                wall);
        return this;
    }

    private HostResult measure(Instant now) {
        Duration took = Duration.ofMillis(1);
        if (!measurable) {
            LoadshareException failure = new LoadshareException(LoadshareException.Kind.DATA, "no awk");
            return HostResult.of(host.name(), failure, true, now, took);
        }
        LoadReport report =
                load.apply(ReportBuilder.report(host.name().value(), now)).build();
        return HostResult.of(report, now, took);
    }

    public AgentClient client() {
        return new AgentClient(settings, InstantSource.system());
    }

    public Host host() {
        return host;
    }

    Path memory() {
        return memory;
    }

    int port() {
        return settings.port();
    }

    InetAddress address() {
        try {
            return InetAddress.getByName(host.address());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public int openQueries() {
        return agent.openQueries();
    }

    public long opened() {
        return count(AgentCounters.Event.OPENED);
    }

    public long started() {
        return count(AgentCounters.Event.STARTED);
    }

    public long retreated() {
        return count(AgentCounters.Event.RETREATED);
    }

    /** Returns how often an event happened. */
    long count(AgentCounters.Event event) {
        return agent.tally().counts().get(event);
    }

    @Override
    public void close() {
        agent.close();
    }

    public static void await(String what, BooleanSupplier condition) {
        Waiting.until(what, LIMIT, condition::getAsBoolean);
    }
}
