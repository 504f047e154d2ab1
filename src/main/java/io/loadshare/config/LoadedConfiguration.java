package io.loadshare.config;

import java.util.List;

/** A configuration, and how it came about. */
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

    /** What somebody should know: settings that were ignored, and settings that promise what they cannot keep. */
    public List<Problem> warnings() {
        return new ConfigurationWarnings(configuration, findings).check();
    }

    /** The effective configuration as YAML that would load to the same, with where each value came from. */
    public String show() {
        return new ConfigurationPrinter(findings).print();
    }
}
