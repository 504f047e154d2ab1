package io.jenkins.plugins.loadshare.service;

import hudson.model.Item;
import io.jenkins.plugins.loadshare.seats.SeatedLoad;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.LoadshareException;
import io.loadshare.config.JobRequirements;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.Reservations;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.Ledger;
import io.loadshare.license.LicenseServer;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.Observer;
import io.loadshare.placement.PlacementRequest;
import io.loadshare.probe.HostResult;
import io.loadshare.scan.LoadSource;
import io.loadshare.scan.SharedScans;
import io.loadshare.store.StateDirectory;
import io.loadshare.transport.Transport;
import io.loadshare.wiring.ServiceOwner;
import io.loadshare.wiring.Services;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;

/** The core's services for one version of the settings. Thread-safe. */
public final class PluginServices {

    private static final Logger LOGGER = Logger.getLogger(PluginServices.class.getName());

    private final Settings settings;
    private final SecureRandom random;
    private final Services core;

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
        this.core = new Services(
                settings.core(),
                new Owner(state, settings.core().inventory(), transport, seated),
                clock,
                System::nanoTime,
                random);
    }

    /** Jenkins as owner of the core's services. */
    private record Owner(
            JenkinsState jenkins, HostInventory hosts, Supplier<Transport> scans, UnaryOperator<LoadBoard> seated)
            implements ServiceOwner {

        @Override
        public Transport transport() {
            return scans.get();
        }

        @Override
        public StateDirectory state() {
            return jenkins.directory();
        }

        @Override
        public Ledger openLedger() {
            return jenkins.ledger(hosts);
        }

        @Override
        public Observer observer() {
            return JenkinsState.OBSERVER;
        }

        @Override
        public String howToLift(String host) {
            return "the page of loadshare in Jenkins lifts the suspension";
        }

        @Override
        public void warn(String message) {
            LOGGER.warning(message);
        }

        @Override
        public LoadSource load(SharedScans measured) {
            return new SeatedLoad(measured, seated);
        }
    }

    /**
     * Returns the request for a job's requirements, restricted to hosts that the job may use.
     *
     * @param login the login name on the hosts
     * @throws LoadshareException of kind USAGE if a name is unknown, of kind REFUSED if the job may not use what it
     *     requests
     */
    public PlacementRequest request(JobRequirements wish, Item item, String login) {
        return settings.request(wish, item, login, random.nextLong());
    }

    /** Measures one host, and publishes nothing. The host need not be configured. */
    HostResult measure(Host host, Transport transport) throws InterruptedException {
        return core.measure(host, transport);
    }

    public Settings settings() {
        return settings;
    }

    public SharedScans scans() {
        return core.scans();
    }

    public Reservations reservations() {
        return dispatcher().reservations();
    }

    public LicenseServer licenseServer() {
        return core.licenseServer();
    }

    public Dispatcher dispatcher() {
        return core.dispatcher();
    }

    void close() {
        core.close();
    }
}
