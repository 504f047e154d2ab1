package io.loadshare.config;

import io.loadshare.license.LicenseFeature;
import io.loadshare.software.Launcher;
import io.loadshare.software.Program;
import io.loadshare.software.Software;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads {@code licenses} and {@code software}. */
final class CatalogReader {

    private final ConfigSection root;
    private final Optional<NameRegistry> pools;
    private final ConfigurationProblems findings;
    private final NameRegistry licenseNames;
    private final NameRegistry softwareNames;
    private final NameRegistry programNames;

    /** @param pools the configured pools; empty if any name is accepted */
    CatalogReader(ConfigSection root, Optional<NameRegistry> pools, ConfigurationProblems findings) {
        this.root = root;
        this.pools = pools;
        this.findings = findings;
        this.licenseNames = new NameRegistry("license", findings);
        this.softwareNames = new NameRegistry("software", findings);
        this.programNames = new NameRegistry("command", findings);
    }

    List<LicenseFeature> licenses() {
        List<LicenseFeature> licenses = new ArrayList<>();
        root.entries("licenses").orElse(List.of()).forEach(entry -> license(entry)
                .ifPresent(licenses::add));
        return licenses;
    }

    private Optional<LicenseFeature> license(ConfigSection entry) {
        String name = entry.required("name", ValueReaders.NAME);
        Optional<String> process = entry.optional("process", ValueReaders.TEXT);
        String feature = entry.value("feature", name, ValueReaders.TEXT);
        Integer perUser = entry.required("perUser", ValueReaders.WHOLE_NUMBER);
        LicenseFeature.Rule rule =
                entry.value("rule", LicenseFeature.Rule.SPREAD, ValueReaders.oneOf(LicenseFeature.Rule.values()));
        List<String> server = entry.list("server", List.of(), ValueReaders.WORD);
        Optional<String> slurm = entry.optional("slurm", ValueReaders.NAME);
        licenseNames.add(name, entry.written("name"));
        return entry.buildEntry(() -> new LicenseFeature(name, process, feature, perUser, rule, server, slurm));
    }

    /** Reads the software. Call it after the licenses, which it refers to. */
    List<Software> software() {
        List<Software> software = new ArrayList<>();
        root.entries("software").orElse(List.of()).forEach(entry -> software(entry)
                .ifPresent(software::add));
        return software;
    }

    private Optional<Software> software(ConfigSection entry) {
        String name = entry.required("name", ValueReaders.NAME);
        String pool = entry.required("pool", ValueReaders.NAME);
        List<String> licenses = softwareLicenses(entry);
        Optional<Integer> slots = entry.optional("slots", ValueReaders.WHOLE_NUMBER);
        List<Software.Version> versions = versions(entry);
        Optional<String> defaultVersion = entry.optional("default", ValueReaders.TEXT);
        String modality = entry.value("modality", Software.DEFAULT_MODALITY, ValueReaders.NAME);
        Launcher.Templates launchers =
                new Launcher.Templates(template(entry, "command"), template(entry, "worker"), template(entry, "batch"));
        List<Program> programs = entry.list("commands", List.of(), this::program);
        Optional<String> setup = entry.optional("setup", ValueReaders.TEXT);
        String setupShell = entry.value("setupShell", Software.DEFAULT_SETUP_SHELL, ValueReaders.ARGUMENT);
        softwareNames.add(name, entry.written("name"));
        if (pool != null && pools.isPresent()) {
            pools.get().require(pool, entry.written("pool").get(), root.written("pools"));
        }
        return entry.buildEntry(() -> new Software(
                name,
                pool,
                licenses,
                slots.map(OptionalInt::of).orElse(OptionalInt.empty()),
                versions,
                defaultVersion,
                modality,
                launchers,
                programs,
                setup,
                setupShell));
    }

    /** Reads {@code license}, one name, and {@code licenses}, a list. */
    private List<String> softwareLicenses(ConfigSection entry) {
        List<String> licenses = new ArrayList<>(entry.list("licenses", List.of(), this::knownLicense));
        entry.optional("license", this::knownLicense).ifPresent(licenses::add);
        return licenses.stream().distinct().toList();
    }

    private String knownLicense(YamlValue written) {
        String name = ValueReaders.NAME.read(written);
        licenseNames.require(name, written, root.written("licenses"));
        return name;
    }

    private static List<String> template(ConfigSection software, String key) {
        return software.list(key, List.of(), ValueReaders.TEMPLATE);
    }

    /** Reads a program, which may belong to one software only. */
    private Program program(YamlValue written) {
        Program program = ValueReaders.PROGRAM.read(written);
        programNames.add(program.name(), Optional.of(written));
        return program;
    }

    private List<Software.Version> versions(ConfigSection software) {
        NameRegistry names = new NameRegistry("version", findings);
        List<Software.Version> versions = new ArrayList<>();
        for (ConfigSection entry : software.entries("versions").orElse(List.of())) {
            String name = entry.required("name", ValueReaders.NAME);
            String path = entry.required("path", ValueReaders.TEXT);
            names.add(name, entry.written("name"));
            entry.buildEntry(() -> new Software.Version(name, path)).ifPresent(versions::add);
        }
        return versions;
    }
}
