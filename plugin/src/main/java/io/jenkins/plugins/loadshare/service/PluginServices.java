package io.jenkins.plugins.loadshare.service;

import hudson.model.Item;
import io.jenkins.plugins.loadshare.seats.SeatedLoad;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.agent.client.AgentClient;
import io.loadshare.agent.client.AgentRounds;
import io.loadshare.config.Configuration;
import io.loadshare.config.JobRequirements;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.JobIds;
import io.loadshare.dispatch.LmstatServer;
import io.loadshare.dispatch.Reservations;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.license.LicenseServer;
import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.placement.Placer;
import io.loadshare.probe.Scanner;
import io.loadshare.scan.SharedScans;
import io.loadshare.scan.TroubledHosts;
import io.loadshare.transport.Transport;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;

/** The core's services for one version of the settings. Thread-safe. */
public final class PluginServices {

    private static final Logger LOGGER = Logger.getLogger(PluginServices.class.getName());

    private final Settings settings;
    private final SecureRandom random;
    private final AgentRounds agents;
    private final SharedScans scans;
    private final Reservations reservations;
    private final LicenseServer licenseServer;
    private final Dispatcher dispatcher;

    /**
     * @param transport the transport of scans
     * @param seated adds the builds that hold seats to the load of hosts
     */
    PluginServices(
            Settings settings,
            JenkinsState state,
            Supplier<Transport> transport,
            UnaryOperator<LoadBoard> seated,
            InstantSource clock,
            SecureRandom random) {
        this.settings = settings;
        this.random = random;
        Configuration core = settings.core();
        JobIds ids = new JobIds(clock, random);
        Placer placer = new Placer(core.placement());
        agents = new AgentRounds(
                () -> new AgentClient(core.agent(), clock),
                core.placement(),
                core.query().timeout(),
                clock,
                System::nanoTime,
                random);
        TroubledHosts troubled = new TroubledHosts(
                state.directory(),
                clock,
                host -> "the page of loadshare in Jenkins lifts the suspension",
                LOGGER::warning);
        scans = new SharedScans(
                core.inventory(),
                core.scan(),
                state.directory(),
                () -> new Scanner(
                        transport.get(), core.probe(), core.scan(), Scanner.CONCURRENCY, clock, System::nanoTime),
                clock,
                JenkinsState.OBSERVER,
                troubled);
        reservations = new Reservations(state.ledger(core.inventory()), placer, ids, clock, agents, troubled);
        licenseServer = new LmstatServer(core.inventory(), clock, System::nanoTime);
        dispatcher = new Dispatcher(
                placer, reservations, new SeatedLoad(scans, seated), licenseServer, ids, core.retry(), clock);
    }

    /**
     * Returns the request for a job's requirements, restricted to hosts that the job may use.
     *
     * @param login the login name on the hosts
     * @throws LoadshareException of kind USAGE if a name is unknown, of kind REFUSED if the job may not use what it
     *     requests
     */
    public PlacementRequest request(JobRequirements wish, Item item, String login) {
        wish.pool(settings.core()).filter(pool -> !settings.mayUse(pool, item)).ifPresent(pool -> {
            throw new LoadshareException(
                    LoadshareException.Kind.REFUSED,
                    item.getFullName() + " may not use pool " + Quoted.of(pool)
                            + ", which is kept for others: ask an administrator of Jenkins to add it to usableBy");
        });
        PlacementRequest request = wish.resolve(settings.core(), login, random.nextLong());
        int[] usable = Arrays.stream(request.candidates())
                .filter(position -> settings.mayUseHost(
                        settings.core().inventory().at(position).name(), item))
                .toArray();
        if (usable.length == 0 && request.candidates().length > 0) {
            throw new LoadshareException(
                    LoadshareException.Kind.REFUSED,
                    item.getFullName() + " may use none of the hosts it asks for (" + request.wants()
                            + "): all their pools are kept for others");
        }
        return request.withCandidates(usable).withOrigin(new JobOrigin(item.getFullName(), ""));
    }

    public Settings settings() {
        return settings;
    }

    public SharedScans scans() {
        return scans;
    }

    public Reservations reservations() {
        return reservations;
    }

    public LicenseServer licenseServer() {
        return licenseServer;
    }

    public Dispatcher dispatcher() {
        return dispatcher;
    }

    void close() {
        agents.close();
    }
}
