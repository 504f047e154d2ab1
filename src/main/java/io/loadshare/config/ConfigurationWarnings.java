package io.loadshare.config;

import io.loadshare.Durations;
import io.loadshare.host.Host;
import io.loadshare.license.LicenseFeature;
import io.loadshare.probe.ScanSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds settings that are right each by itself, but together promise what they cannot keep. */
final class ConfigurationWarnings {

    private static final String SHARE = "; set state: {directory: …, shared: true} with a directory they all write to";

    private final Configuration configuration;
    private final ConfigurationProblems findings;
    private final List<Problem> warnings;

    ConfigurationWarnings(Configuration configuration, ConfigurationProblems findings) {
        this.configuration = configuration;
        this.findings = findings;
        this.warnings = new ArrayList<>(findings.warnings());
    }

    /** These and all other warnings, in the order of the files. */
    List<Problem> check() {
        checkLicenses();
        checkScan(configuration.scan());
        if (configuration.state().shared() && written("state.directory").isEmpty()) {
            warn(
                    written("state.shared"),
                    "state.shared has no state.directory that others write to: "
                            + configuration.state().directory() + " is one user's");
        }
        return findings.inOrder(warnings);
    }

    private void checkLicenses() {
        boolean oneMachine = configuration.inventory().hosts().stream().allMatch(Host::local);
        if (!configuration.licenses().isEmpty() && !configuration.state().shared() && !oneMachine) {
            String names =
                    configuration.licenses().stream().map(LicenseFeature::name).collect(Collectors.joining(", "));
            warn(
                    written("licenses"),
                    "limits of " + names + " cannot be kept while several users or machines launch"
                            + " jobs and none sees what the others have just started" + SHARE);
        }
    }

    private void checkScan(ScanSettings scan) {
        if (scan.selfHeal() && !configuration.state().shared()) {
            warn(
                    written("scan.selfHeal"),
                    "scan.selfHeal makes each host scan all hosts for itself, since none sees"
                            + " that another has just done so" + SHARE);
        }
        compare("interval", scan.interval(), "maxAge", scan.maxAge(), "reports expire before the next scan");
        compare("minInterval", scan.minInterval(), "interval", scan.interval(), "some periodic scans do nothing");
        compare("connectTimeout", scan.connectTimeout(), "timeout", scan.timeout(), "the scan ends before");
    }

    private void compare(String smaller, Duration small, String larger, Duration large, String consequence) {
        if (small.compareTo(large) > 0) {
            warn(
                    written("scan." + larger).or(() -> written("scan." + smaller)),
                    "scan." + larger + " (" + Durations.print(large) + ") is less than scan." + smaller + " ("
                            + Durations.print(small) + "): " + consequence);
        }
    }

    private Optional<YamlValue> written(String path) {
        return findings.settings().get(path).written();
    }

    private void warn(Optional<YamlValue> where, String text) {
        warnings.add(new Problem(where.orElseThrow().keyPosition(), text));
    }
}
