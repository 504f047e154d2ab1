package io.jenkins.plugins.loadshare.settings;

import hudson.model.Item;
import io.loadshare.LoadshareException;
import io.loadshare.UnknownNameException;
import io.loadshare.host.Host;
import io.loadshare.host.Pool;
import io.loadshare.host.Tag;
import io.loadshare.license.LicenseFeature;
import io.loadshare.software.Program;
import io.loadshare.software.Software;
import java.util.List;
import java.util.stream.Stream;

/** The configured names that a form suggests: those that the job or folder may use. */
public final class ConfiguredNames {

    private final Settings settings;
    private final Item item;

    /** @param item the job or folder that the form belongs to; null for a form of an administrator */
    public ConfiguredNames(Settings settings, Item item) {
        this.settings = settings;
        this.item = item;
    }

    public Stream<String> pools() {
        return settings.core().inventory().pools().stream().map(Pool::name).filter(this::mayUse);
    }

    public Stream<String> software() {
        return entries().map(Software::name);
    }

    /** Returns the versions of a software. */
    public Stream<String> versions(String software) {
        return entry(software).flatMap(entry -> entry.versions().stream()).map(Software.Version::name);
    }

    /** Returns the programs of a software. */
    public Stream<String> commands(String software) {
        return entry(software).flatMap(entry -> entry.programs().stream()).map(Program::name);
    }

    public Stream<String> licenses() {
        return settings.core().licenses().stream().map(LicenseFeature::name);
    }

    public Stream<String> hosts() {
        return usableHosts().map(host -> host.name().value());
    }

    /** Returns the tags of the hosts. */
    public Stream<String> tags() {
        return usableHosts().flatMap(host -> host.tags().stream()).map(Tag::value);
    }

    /** Returns the failure without the names that the job may not use. */
    LoadshareException filter(UnknownNameException unknown) {
        return switch (unknown.what()) {
            case "pool" -> unknown.among(pools().toList()::contains);
            case "software" -> unknown.among(software().toList()::contains);
            case "host" -> unknown.among(hosts().toList()::contains);
            default -> unknown; // licenses are for all
        };
    }

    private Stream<Software> entry(String name) {
        return entries().filter(entry -> entry.name().equals(name.strip()));
    }

    private Stream<Software> entries() {
        return settings.core().software().stream().filter(entry -> mayUse(entry.pool()));
    }

    private Stream<Host> usableHosts() {
        List<Host> hosts = settings.core().inventory().hosts();
        return hosts.stream().filter(host -> settings.mayUseHost(host.name(), item));
    }

    private boolean mayUse(String pool) {
        return settings.mayUse(pool, item);
    }
}
