package io.loadshare.config;

import java.util.List;

/** A configuration with the sources of its values. */
public final class LoadedConfiguration {

    private final Configuration configuration;
    private final ConfigurationProblems findings;

    LoadedConfiguration(Configuration configuration, ConfigurationProblems findings) {
        this.configuration = configuration;
        this.findings = findings;
    }

    public Configuration configuration() {
        return configuration;
    }

    /** Returns warnings: ignored settings, and settings that cannot work in combination. */
    public List<Problem> warnings() {
        return new ConfigurationWarnings(configuration, findings).check();
    }

    /** Returns the effective configuration as YAML that loads to the same settings, with the source of each value. */
    public String show() {
        return new ConfigurationPrinter(findings).print();
    }
}
