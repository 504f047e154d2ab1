package io.loadshare.agent;

import static org.assertj.core.api.Assertions.fail;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.probe.HostResult;
import io.loadshare.testing.ReportBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A real agent on a loopback address, whose host has the load that a test says. */
final class TestingAgent implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final Host host;
    private final AgentSettings settings;
    private final Path memory;
    private final PlacementSettings placement;
    private Agent.Limits limits = Agent.Limits.DEFAULT;
    private volatile UnaryOperator<ReportBuilder> load = report -> report;
    private Agent agent;

    private TestingAgent(Host host, AgentSettings settings, PlacementSettings placement, Path memory) {
        this.host = host;
        this.settings = settings;
        this.placement = placement;
        this.memory = memory;
    }

    /** An agent of host h1 on 127.0.0.1 that serves this machine. */
    static TestingAgent start(Path directory) {
        return start(1, settings(freePort()), PlacementSettings.DEFAULT, directory);
    }

    /** An agent of host h1 on 127.0.0.1 with other limits. */
    static TestingAgent start(Path directory, Agent.Limits limits) {
        TestingAgent agent =
                new TestingAgent(host(1), settings(freePort()), PlacementSettings.DEFAULT, directory.resolve("agent"));
        agent.limits = limits;
        agent.start();
        return agent;
    }

    /** An agent of host hN on 127.0.0.N that has measured its host. */
    static TestingAgent start(int number, AgentSettings settings, PlacementSettings placement, Path directory) {
        TestingAgent agent = new TestingAgent(host(number), settings, placement, directory.resolve("agent-" + number));
        agent.start();
        return agent;
    }

    static AgentSettings settings(int port, String... clients) {
        List<String> served = clients.length == 0 ? List.of("127.0.0.1") : List.of(clients);
        return new AgentSettings(port, served, Optional.empty(), Optional.empty(), Duration.ZERO);
    }

    static Host host(int number) {
        return new Host(
                new HostName("h" + number),
                "127.0.0." + number,
                OptionalInt.empty(),
                Optional.empty(),
                Set.of(),
                1.0,
                false);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port", e);
        }
    }

    void start() {
        agent = Agent.start(
                new Agent.Setup(
                        host,
                        settings,
                        placement,
                        memory,
                        clock -> () -> {
                            Instant now = clock.instant();
                            LoadReport report = load.apply(
                                            ReportBuilder.report(host.name().value(), now))
                                    .build();
                            return new HostResult(
                                    host.name(), Optional.of(report), Optional.empty(), now, Duration.ofMillis(1));
                        },
                        Optional.of(address()),
                        "0.1.0",
                        log::add),
                limits);
        await(
                "the first measurement",
                () -> client().health(host, LIMIT).join().condition().equals("ok"));
    }

    /** What later measurements find. */
    void load(UnaryOperator<ReportBuilder> newLoad) {
        load = newLoad;
    }

    AgentClient client() {
        return new AgentClient(settings, java.time.InstantSource.system());
    }

    Host host() {
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

    @Override
    public void close() {
        agent.close();
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                fail("waited " + LIMIT.toSeconds() + " s in vain for " + what);
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted while waiting for " + what, e);
            }
        }
    }
}
