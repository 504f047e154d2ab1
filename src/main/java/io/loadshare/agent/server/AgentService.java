package io.loadshare.agent.server;

import io.loadshare.LoadshareException;
import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.SecretFile;
import io.loadshare.host.Host;
import io.loadshare.placement.PlacementSettings;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * The service on a host: reports its load over HTTP and records reservations ({@link QueryService} describes the
 * rules). Runs from {@link #start} to {@link #close}.
 */
public final class AgentService implements AutoCloseable {

    /** The process name by which probes detect an agent: {@code /proc/PID/comm}, 15 characters at most. */
    public static final String PROCESS_NAME = "loadshare-agent";

    private static final int MINUTES_BETWEEN_RESOLUTIONS = 5;

    private final AgentCounters tally;
    private final QueryService desk;
    private final LoadSampler sampler;
    private final AgentMemoryWriter keeper;
    private final ScheduledExecutorService resolving;
    private final AgentServer server;
    private final InetSocketAddress address;

    /**
     * The parts of an agent.
     *
     * @param host this machine
     * @param memory the file that keeps reservations across restarts
     * @param gauge measures this machine, with times by the given clock
     * @param listen the address to listen on; if empty, loopback, or all addresses if other clients are allowed
     * @param log receives one-line messages for administrators, from any thread
     */
    public record Setup(
            Host host,
            AgentSettings settings,
            PlacementSettings placement,
            Path memory,
            Function<InstantSource, LocalProbe> gauge,
            Optional<InetAddress> listen,
            String version,
            Consumer<String> log) {}

    /**
     * Resource limits for clients.
     *
     * @param connections the maximum number of connections of all clients
     * @param step how long a client may take to send a request or to read its response
     */
    record Limits(int connections, Duration step) {

        static final Limits DEFAULT = new Limits(2048, Duration.ofSeconds(15));
    }

    private AgentService(Setup setup, Limits limits, InstantSource wall) {
        AgentSettings settings = setup.settings();
        SteadyClock steady = new SteadyClock(wall, System::nanoTime);
        AgentMemoryFile file = new AgentMemoryFile(setup.memory(), setup.host().name(), steady, wall);
        this.tally = new AgentCounters();
        this.desk = new QueryService(
                setup.host(), setup.placement(), steady, SecretGenerator.maker(), tally, file.read(setup.log()));
        ClientList clients = new ClientList(settings.clients(), InetAddress::getAllByName, setup.log());
        this.sampler = new LoadSampler(setup.gauge().apply(steady), desk, setup.log());
        this.keeper = new AgentMemoryWriter(desk, file, setup.log());
        Optional<String> token = settings.tokenFile().map(path -> SecretFile.line(path, "agent.tokenFile"));
        AgentApi api = new AgentApi(desk, tally, token, keeper::works, steady, wall, setup.version(), setup.log());
        ConnectionLimiter connections = new ConnectionLimiter(limits.connections(), limits.step(), System::nanoTime);
        Optional<SslContext> tls = settings.tls().map(AgentService::context);
        this.server = new AgentServer(
                new HttpPipeline(clients, connections, tls, api, tally),
                connections,
                tally,
                setup.log(),
                System::nanoTime);
        this.resolving = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "loadshare-names");
            thread.setDaemon(true);
            return thread;
        });
        resolving.scheduleWithFixedDelay(clients::refresh, 0, MINUTES_BETWEEN_RESOLUTIONS, TimeUnit.MINUTES);
        this.address = server.start(
                new InetSocketAddress(setup.listen().orElseGet(() -> everywhereOrLoopback(clients)), settings.port()));
    }

    private static InetAddress everywhereOrLoopback(ClientList clients) {
        return clients.isLoopbackAlone() ? InetAddress.getLoopbackAddress() : new InetSocketAddress(0).getAddress();
    }

    private static SslContext context(AgentSettings.Tls tls) {
        SecretFile.requirePrivate(tls.key(), "agent.tls.key");
        try {
            return SslContextBuilder.forServer(
                            tls.certificate().toFile(), tls.key().toFile())
                    .sslProvider(SslProvider.JDK)
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.CONFIGURATION,
                    "agent.tls: " + tls.certificate() + " must hold a certificate chain and " + tls.key()
                            + " its unencrypted PKCS#8 key, as PEM: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Starts an agent.
     *
     * @throws LoadshareException of kind CONFIGURATION if settings are invalid, of kind UNAVAILABLE if it cannot listen
     */
    public static AgentService start(Setup setup) {
        return start(setup, Limits.DEFAULT, InstantSource.system());
    }

    static AgentService start(Setup setup, Limits limits, InstantSource wall) {
        AgentService agent = new AgentService(setup, limits, wall);
        agent.sampler.start();
        agent.keeper.start();
        return agent;
    }

    /** Names this process so that probes detect the agent. */
    public static void nameProcess() {
        try {
            Files.writeString(Path.of("/proc/self/comm"), PROCESS_NAME);
        } catch (IOException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.SOFTWARE, "this process cannot be named: " + e.getMessage(), e);
        }
    }

    /** Returns the address that it listens on. */
    public InetSocketAddress address() {
        return address;
    }

    AgentCounters tally() {
        return tally;
    }

    int openQueries() {
        return desk.openQueries();
    }

    /** Stops listening and writes the reservations to disk. */
    @Override
    public void close() {
        server.close();
        resolving.shutdownNow();
        sampler.close();
        keeper.close();
    }
}
