package io.loadshare.config;

import io.loadshare.LoadshareException;
import io.loadshare.Suggestions;
import io.loadshare.UnknownNameException;
import io.loadshare.agent.AgentSettings;
import io.loadshare.agent.QuerySettings;
import io.loadshare.desktop.DesktopSettings;
import io.loadshare.dispatch.RetrySettings;
import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.host.Pool;
import io.loadshare.job.JobSettings;
import io.loadshare.license.LicenseFeature;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.probe.Probe;
import io.loadshare.probe.ScanSettings;
import io.loadshare.software.Program;
import io.loadshare.software.Software;
import io.loadshare.store.StateSettings;
import io.loadshare.transport.SshSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * All settings, validated and typed. All references are valid: the pool and license of each software exist, and the
 * hosts of each pool exist.
 *
 * @param anyPool whether every pool name means all hosts, because neither hosts nor pools are configured
 */
public record Configuration(
        HostInventory inventory,
        boolean anyPool,
        List<LicenseFeature> licenses,
        List<Software> software,
        ScanSettings scan,
        PlacementSettings placement,
        RetrySettings retry,
        QuerySettings query,
        SshSettings ssh,
        JobSettings job,
        DesktopSettings desktop,
        AgentSettings agent,
        StateSettings state) {

    public Configuration {
        Objects.requireNonNull(inventory, "inventory");
        licenses = List.copyOf(licenses);
        software = List.copyOf(software);
        requireDistinct("license", licenses.stream().map(LicenseFeature::name));
        requireDistinct("software", software.stream().map(Software::name));
        requireDistinct(
                "command",
                software.stream().flatMap(entry -> entry.programs().stream()).map(Program::name));
        for (Software entry : software) {
            if (!anyPool && inventory.pool(entry.pool()).isEmpty()) {
                throw unknownIn(entry, "pool", entry.pool(), names(inventory.pools(), Pool::name));
            }
            List<String> known = names(licenses, LicenseFeature::name);
            entry.licenses().stream()
                    .filter(name -> !known.contains(name))
                    .findFirst()
                    .ifPresent(name -> {
                        throw unknownIn(entry, "license", name, known);
                    });
        }
    }

    private static void requireDistinct(String what, Stream<String> names) {
        Set<String> seen = new HashSet<>();
        names.filter(name -> !seen.add(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException(what + " '" + name + "' is listed twice");
        });
    }

    private static IllegalArgumentException unknownIn(Software entry, String what, String name, List<String> known) {
        return new IllegalArgumentException(
                "software '" + entry.name() + "': " + Suggestions.unknown(what, name, known));
    }

    private static <T> List<String> names(List<T> entries, Function<T, String> name) {
        return entries.stream().map(name).toList();
    }

    /** @throws LoadshareException of kind {@code USAGE} if the pool does not exist; the message suggests the nearest */
    public Pool pool(String name) {
        return inventory
                .pool(name)
                .or(() -> poolOfAll(name))
                .orElseThrow(() -> new UnknownNameException("pool", name, names(inventory.pools(), Pool::name)));
    }

    /** Returns whether a pool is a Slurm cluster. */
    public boolean isSlurm(String pool) {
        return inventory.pool(pool).isPresent()
                && inventory.find(new HostName(pool)).flatMap(Host::slurm).isPresent();
    }

    private Optional<Pool> poolOfAll(String name) {
        return anyPool && HostName.isWord(name)
                ? Optional.of(new Pool(
                        name, inventory.hosts().stream().map(Host::name).toList()))
                : Optional.empty();
    }

    /**
     * @throws LoadshareException of kind {@code USAGE} if the license does not exist; the message suggests the nearest
     */
    public LicenseFeature license(String name) {
        return licenses.stream()
                .filter(license -> license.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UnknownNameException("license", name, names(licenses, LicenseFeature::name)));
    }

    /**
     * @throws LoadshareException of kind {@code USAGE} if the software does not exist; the message suggests the nearest
     */
    public Software software(String name) {
        return software.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UnknownNameException("software", name, names(software, Software::name)));
    }

    /**
     * Returns the software that a program belongs to.
     *
     * @throws LoadshareException of kind {@code USAGE} if no software has the program; the message suggests the nearest
     */
    public Software softwareOf(String program) {
        List<String> known = software.stream()
                .flatMap(entry -> entry.programs().stream())
                .map(Program::name)
                .toList();
        return software.stream()
                .filter(entry -> entry.program(program).isPresent())
                .findFirst()
                .orElseThrow(() -> new UnknownNameException("command", program, known));
    }

    /** Returns the probe that measures the hosts. */
    public Probe probe() {
        List<Probe.LicensedProcess> processes = licenses.stream()
                .flatMap(license ->
                        license.process().stream().map(program -> new Probe.LicensedProcess(license.name(), program)))
                .toList();
        return new Probe(processes, scan.check(), scan.timeout().dividedBy(2));
    }
}
