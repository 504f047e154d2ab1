package io.loadshare.dispatch;

import io.loadshare.dispatch.Dispatcher.Pause;
import io.loadshare.ledger.Ledger;
import io.loadshare.license.LicenseServer;
import io.loadshare.license.ServerUsage;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.placement.Placer;
import io.loadshare.scan.LoadSource;
import io.loadshare.scan.Suspensions;
import io.loadshare.scan.TroubledHosts;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The builder of a {@link Dispatcher} with its {@link Reservations}. Only what the constructor takes is required. */
public final class DispatcherBuilder {

    final LoadSource load;
    final InstantSource clock;
    final JobIds ids;
    private final Ledger ledger;
    private TroubledHosts troubled;
    private LiveHosts live = LiveHosts.NONE;
    Placer placer = new Placer(PlacementSettings.DEFAULT);
    RetryBackoff backoff = new RetryBackoff(RetrySettings.DEFAULT);
    LicenseServer licenseServer = feature -> new ServerUsage.Unknown("no license server is known");
    Pause pause = time -> TimeUnit.NANOSECONDS.sleep(time.toNanos());

    /** @param random a generator with a different seed in every process */
    public DispatcherBuilder(Ledger ledger, LoadSource load, InstantSource clock, RandomGenerator random) {
        this.ledger = ledger;
        this.load = load;
        this.clock = clock;
        this.ids = new JobIds(clock, random);
        this.troubled = new TroubledHosts(Suspensions.NONE, clock, host -> "", message -> {});
    }

    public DispatcherBuilder placement(PlacementSettings settings) {
        placer = new Placer(settings);
        return this;
    }

    public DispatcherBuilder retry(RetrySettings settings) {
        backoff = new RetryBackoff(settings);
        return this;
    }

    public DispatcherBuilder licenseServer(LicenseServer server) {
        licenseServer = server;
        return this;
    }

    /** Sets the hosts that report their current state on request. */
    public DispatcherBuilder liveHosts(LiveHosts hosts) {
        live = hosts;
        return this;
    }

    /** Sets what receives the outcome of each job. */
    public DispatcherBuilder troubledHosts(TroubledHosts hosts) {
        troubled = hosts;
        return this;
    }

    /** Sets how a waiting thread waits; by default it sleeps. */
    DispatcherBuilder pause(Pause newPause) {
        pause = newPause;
        return this;
    }

    public Dispatcher build() {
        return new Dispatcher(this, new Reservations(ledger, placer, ids, clock, live, troubled));
    }
}
