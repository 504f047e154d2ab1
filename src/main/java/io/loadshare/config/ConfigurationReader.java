package io.loadshare.config;

import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.QuerySettings;
import io.loadshare.desktop.DesktopSettings;
import io.loadshare.dispatch.RetrySettings;
import io.loadshare.host.HostInventory;
import io.loadshare.job.JobLimits;
import io.loadshare.job.JobSettings;
import io.loadshare.license.LicenseFeature;
import io.loadshare.placement.PlacementModel;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.probe.ScanSettings;
import io.loadshare.software.Software;
import io.loadshare.store.StateSettings;
import io.loadshare.transport.SshSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads a configuration: its keys with their types and defaults. {@link InventoryReader} reads the lists of entries.
 */
final class ConfigurationReader {

    private final ConfigurationEnvironment environment;
    private final LockedSettings locks;
    private final ConfigurationProblems findings;
    private final ConfigSection root;
    private final ValueReader<Path> path;

    /** @param files in order of precedence, lowest first */
    ConfigurationReader(ConfigurationEnvironment environment, List<YamlValue> files) {
        this.environment = environment;
        this.locks = new LockedSettings(ConfigurationFile.name(environment.machineFile()));
        this.findings =
                new ConfigurationProblems(files.stream().map(YamlValue::file).toList(), locks);
        this.path = ValueReaders.path(environment.home());
        readLocks(files);
        this.root = ConfigSection.root(files, findings);
    }

    /** Reads the locks first, because they decide which file wins. */
    private void readLocks(List<YamlValue> files) {
        List<YamlValue> machine = files.stream().filter(locks::isMachine).toList();
        ConfigSection.root(machine, new ConfigurationProblems(List.of(), locks))
                .list(LockedSettings.KEY, List.of(), locks::add);
    }

    /** Reads the locks again and reports problems. */
    private void checkLocks() {
        root.list(LockedSettings.KEY, List.of(), ValueReaders.TEXT);
        root.written(LockedSettings.KEY)
                .filter(locked -> !locks.isMachine(locked))
                .ifPresent(locked -> findings.problem(
                        locked.keyPosition(), "locked is allowed only in the machine's configuration"));
        locks.check(findings.settings().keySet(), findings);
    }

    LoadedConfiguration read() {
        InventoryReader inventoryReader = new InventoryReader(environment.hostName(), root, findings);
        HostInventory inventory = inventoryReader.read();
        CatalogReader catalogReader = new CatalogReader(
                root, inventoryReader.anyPool() ? Optional.empty() : Optional.of(inventoryReader.pools()), findings);
        List<LicenseFeature> licenses = catalogReader.licenses();
        List<Software> software = catalogReader.software();
        ScanSettings scan = scan();
        PlacementSettings placement = placement(scan);
        RetrySettings retry = retry();
        QuerySettings query = query();
        SshSettings ssh = ssh();
        JobSettings job = job();
        DesktopSettings desktop = desktop();
        AgentSettings agent = agent();
        StateSettings state = state();
        checkLocks();
        root.close();
        findings.requireNoProblem();
        Configuration configuration = new Configuration(
                inventory,
                inventoryReader.anyPool(),
                licenses,
                software,
                scan,
                placement,
                retry,
                query,
                ssh,
                job,
                desktop,
                agent,
                state);
        return new LoadedConfiguration(configuration, findings);
    }

    private ScanSettings scan() {
        ConfigSection scan = root.section("scan");
        ScanSettings d = ScanSettings.DEFAULT;
        return scan.build(() -> new ScanSettings(
                scan.value("interval", d.interval(), ValueReaders.DURATION),
                scan.value("minInterval", d.minInterval(), ValueReaders.DURATION),
                scan.value("connectTimeout", d.connectTimeout(), ValueReaders.DURATION),
                scan.value("timeout", d.timeout(), ValueReaders.DURATION),
                scan.value("maxAge", d.maxAge(), ValueReaders.DURATION),
                scan.value("selfHeal", d.selfHeal(), ValueReaders.YES_OR_NO),
                scan.optional("check", ValueReaders.TEXT)));
    }

    private PlacementSettings placement(ScanSettings scan) {
        ConfigSection placement = root.section("placement");
        PlacementSettings d = PlacementSettings.DEFAULT;
        return placement.build(() -> new PlacementSettings(
                placement.value("model", d.model(), ValueReaders.oneOf(PlacementModel.values())),
                placement.value("openQueryPenalty", d.openQueryPenalty(), ValueReaders.NUMBER),
                placement.value("maxOpenQueryPenalty", d.maxOpenQueryPenalty(), ValueReaders.NUMBER),
                placement.value("recencyPenalty", d.recencyPenalty(), ValueReaders.NUMBER),
                placement.value("recencyPenaltyInterval", d.recencyPenaltyInterval(), ValueReaders.DURATION),
                placement.value("recencyPenaltyJobs", d.recencyPenaltyJobs(), ValueReaders.WHOLE_NUMBER),
                placement.value("runJobPenalty", d.runJobPenalty(), ValueReaders.NUMBER),
                placement.value("maxRuns", d.maxRuns(), ValueReaders.WHOLE_NUMBER),
                placement
                        .optional("maxLoad", ValueReaders.NUMBER)
                        .map(OptionalDouble::of)
                        .orElse(OptionalDouble.empty()),
                slotsPerCore(placement, d),
                placement.value("reservePerDesktop", d.reservePerDesktop(), ValueReaders.NUMBER),
                placement.value("queryPercentage", d.queryPercentage(), ValueReaders.WHOLE_NUMBER),
                placement.value("minQueries", d.minQueries(), ValueReaders.WHOLE_NUMBER),
                placement.value("waitReplyPercentage", d.waitReplyPercentage(), ValueReaders.WHOLE_NUMBER),
                placement.value("randomOrder", d.randomOrder(), ValueReaders.YES_OR_NO),
                scan.maxAge()));
    }

    private static OptionalDouble slotsPerCore(ConfigSection placement, PlacementSettings d) {
        Optional<Double> fallback = Optional.of(d.slotsPerCore().getAsDouble());
        return placement
                .optional("slotsPerCore", fallback, ValueReaders.NUMBER)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }

    private RetrySettings retry() {
        ConfigSection retry = root.section("retry");
        RetrySettings d = RetrySettings.DEFAULT;
        return retry.build(() -> new RetrySettings(
                retry.value("first", d.first(), ValueReaders.DURATION),
                retry.value("factor", d.factor(), ValueReaders.NUMBER),
                retry.value("min", d.min(), ValueReaders.DURATION),
                retry.value("max", d.max(), ValueReaders.DURATION)));
    }

    private QuerySettings query() {
        ConfigSection query = root.section("query");
        QuerySettings d = QuerySettings.DEFAULT;
        return query.build(() -> new QuerySettings(
                query.value("timeout", d.timeout(), ValueReaders.DURATION),
                query.value("delayEnd", d.delayEnd(), ValueReaders.DURATION)));
    }

    private SshSettings ssh() {
        ConfigSection ssh = root.section("ssh");
        Path directory = environment.home().resolve(".ssh");
        return ssh.build(() -> new SshSettings(
                ssh.value("config", directory.resolve("config"), path),
                ssh.value("knownHosts", directory.resolve("known_hosts"), path),
                ssh.optional("identity", path),
                ssh.list("command", List.of(), ValueReaders.WORD)));
    }

    private JobSettings job() {
        ConfigSection job = root.section("job");
        JobSettings d = JobSettings.DEFAULT;
        return job.build(() -> new JobSettings(
                job.list("nice", d.nice(), ValueReaders.WORD),
                job.value("useCurrentDirectory", d.useCurrentDirectory(), ValueReaders.YES_OR_NO),
                job.value("keep", d.keep(), ValueReaders.DURATION),
                job.value("unreachableTimeout", d.unreachableTimeout(), ValueReaders.DURATION),
                job.optional("clientTimeout", d.clientTimeout(), ValueReaders.DURATION),
                new JobLimits(
                        job.optional("timeLimit", ValueReaders.DURATION),
                        job.optional("memoryLimit", ValueReaders.BYTES))));
    }

    private DesktopSettings desktop() {
        ConfigSection desktop = root.section("desktop");
        DesktopSettings d = DesktopSettings.DEFAULT;
        return desktop.build(() -> new DesktopSettings(
                desktop.list("command", d.command(), ValueReaders.template(DesktopSettings.PLACEHOLDERS)),
                desktop.optional("session", ValueReaders.TEXT),
                desktop.value("idle", d.idle(), ValueReaders.DURATION)));
    }

    private AgentSettings agent() {
        ConfigSection agent = root.section("agent");
        AgentSettings d = AgentSettings.DEFAULT;
        return agent.build(() -> new AgentSettings(
                agent.value("port", d.port(), ValueReaders.WHOLE_NUMBER),
                agent.list("clients", d.clients(), ValueReaders.ARGUMENT),
                agent.optional("tokenFile", path),
                agent.optional("tls", this::tls),
                agent.value("delayEnd", d.delayEnd(), ValueReaders.DURATION)));
    }

    private AgentSettings.Tls tls(YamlValue written) {
        ConfigSection tls = ConfigSection.entry("agent.tls", "agent.tls", written, findings);
        Path certificate = tls.required("certificate", path);
        Path key = tls.required("key", path);
        Optional<Path> authority = tls.optional("authority", path);
        return tls.buildEntry(() -> new AgentSettings.Tls(certificate, key, authority))
                .orElse(null);
    }

    private StateSettings state() {
        ConfigSection state = root.section("state");
        return state.build(() -> new StateSettings(
                state.value("directory", environment.stateDirectory(), path),
                state.value("shared", false, ValueReaders.YES_OR_NO)));
    }
}
