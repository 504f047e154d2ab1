package io.jenkins.plugins.loadshare.service;

import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.agent.AgentClient;
import io.loadshare.agent.AgentRounds;
import io.loadshare.config.Configuration;
import io.loadshare.dispatch.Dispatcher;
import io.loadshare.dispatch.JobIds;
import io.loadshare.dispatch.LmstatServer;
import io.loadshare.dispatch.Reservations;
import io.loadshare.license.LicenseServer;
import io.loadshare.placement.Placer;
import io.loadshare.probe.Probe;
import io.loadshare.probe.Scanner;
import io.loadshare.store.SharedScans;
import io.loadshare.transport.Transport;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;

/** The core's parts for the settings of one moment. Any thread may call. */
public final class Wiring {

    private final Settings settings;
    private final AgentRounds agents;
    private final SharedScans scans;
    private final Reservations reservations;
    private final LicenseServer licenseServer;
    private final Dispatcher dispatcher;

    /** @param transport by which scans reach the hosts */
    Wiring(Settings settings, Supplier<Transport> transport, InstantSource clock, SecureRandom random) {
        this.settings = settings;
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
        scans = new SharedScans(
                core.inventory(),
                core.scan(),
                JenkinsState.get().directory(),
                () -> new Scanner(
                        transport.get(), probe(core), core.scan(), Scanner.CONCURRENCY, clock, System::nanoTime),
                clock,
                "Jenkins");
        reservations = new Reservations(JenkinsState.get().ledger(core.inventory()), placer, ids, clock, agents);
        licenseServer = new LmstatServer(core.inventory(), clock, System::nanoTime);
        dispatcher = new Dispatcher(
                placer,
                reservations,
                scans,
                licenseServer,
                ids,
                core.retry(),
                clock,
                time -> Thread.sleep(time.toMillis()));
    }

    private static Probe probe(Configuration core) {
        return new Probe(
                core.licenses().stream()
                        .map(license -> new Probe.LicensedProcess(license.name(), license.process()))
                        .toList(),
                core.scan().check(),
                core.scan().timeout().dividedBy(2));
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
