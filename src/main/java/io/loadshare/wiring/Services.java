package io.loadshare.wiring;

import io.loadshare.agent.client.AgentClient;
import io.loadshare.agent.client.AgentRounds;
import io.loadshare.config.Configuration;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.DispatcherBuilder;
import io.loadshare.dispatch.LmstatServer;
import io.loadshare.host.Host;
import io.loadshare.ledger.Ledger;
import io.loadshare.license.LicenseServer;
import io.loadshare.probe.HostResult;
import io.loadshare.probe.Scanner;
import io.loadshare.scan.SharedScans;
import io.loadshare.scan.TroubledHosts;
import io.loadshare.transport.Transport;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The services of one configuration, each created on first use: a request that is decided by existing reports opens no
 * connection. This class is thread-safe if the {@link ServiceOwner} is.
 */
public final class Services implements AutoCloseable {

    private final Configuration configuration;
    private final ServiceOwner owner;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final Random random;
    private Ledger ledger;
    private SharedScans scans;
    private LicenseServer licenseServer;
    private AgentRounds agents;
    private Dispatcher dispatcher;

    /**
     * @param nanoClock as {@link System#nanoTime}
     * @param random a generator with a different seed in every process
     */
    public Services(
            Configuration configuration,
            ServiceOwner owner,
            InstantSource clock,
            LongSupplier nanoClock,
            Random random) {
        this.configuration = configuration;
        this.owner = owner;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.random = random;
    }

    public synchronized Ledger ledger() {
        if (ledger == null) {
            ledger = owner.openLedger();
        }
        return ledger;
    }

    public synchronized SharedScans scans() {
        if (scans == null) {
            scans = new SharedScans(
                    configuration.inventory(),
                    configuration.scan(),
                    owner.state(),
                    () -> scanner(owner.transport(), Scanner.CONCURRENCY, clock),
                    clock,
                    owner.observer(),
                    troubledHosts(owner::suspendedByScan));
        }
        return scans;
    }

    /**
     * Returns a scanner that measures as the configuration says.
     *
     * @param concurrency how many hosts to measure at a time
     * @param itsClock the clock of its reports
     */
    public Scanner scanner(Transport transport, int concurrency, InstantSource itsClock) {
        return new Scanner(transport, configuration.probe(), configuration.scan(), concurrency, itsClock, nanoClock);
    }

    /** Measures one host, which need not be configured, and publishes nothing. */
    public HostResult measure(Host host, Transport transport) throws InterruptedException {
        return scanner(transport, 1, clock)
                .scan(List.of(host), result -> {})
                .hosts()
                .get(0);
    }

    private TroubledHosts troubledHosts(Consumer<String> log) {
        return new TroubledHosts(owner.state(), clock, owner::howToLift, log);
    }

    public AgentClient agentClient() {
        return new AgentClient(configuration.agent(), clock);
    }

    public synchronized LicenseServer licenseServer() {
        if (licenseServer == null) {
            licenseServer = new LmstatServer(configuration.inventory(), clock, nanoClock);
        }
        return licenseServer;
    }

    public synchronized Dispatcher dispatcher() {
        if (dispatcher == null) {
            agents = new AgentRounds(
                    this::agentClient,
                    configuration.placement(),
                    configuration.query().timeout(),
                    clock,
                    nanoClock,
                    random);
            dispatcher = new DispatcherBuilder(ledger(), owner.load(scans()), clock, random)
                    .placement(configuration.placement())
                    .retry(configuration.retry())
                    .licenseServer(licenseServer())
                    .liveHosts(agents)
                    .troubledHosts(troubledHosts(owner::warn))
                    .build();
        }
        return dispatcher;
    }

    @Override
    public synchronized void close() {
        if (agents != null) {
            agents.close();
        }
    }
}
