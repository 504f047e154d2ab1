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

/** Finds valid settings that cannot work in combination. */
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

    /** Returns these and all other warnings, in the order of the files. */
    List<Problem> check() {
        checkLicenses();
        checkScan(configuration.scan());
        if (configuration.state().shared() && written("state.directory").isEmpty()) {
            warn(
                    written("state.shared"),
                    "state.shared requires a state.directory that others write to: "
                            + configuration.state().directory() + " belongs to one user");
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
                    "limits of " + names + " cannot be enforced while several users or machines launch"
                            + " jobs without seeing what the others have just started" + SHARE);
        }
    }

    private void checkScan(ScanSettings scan) {
        if (scan.selfHeal() && !configuration.state().shared()) {
            warn(
                    written("scan.selfHeal"),
                    "scan.selfHeal makes each host scan all hosts for itself, because none sees"
                            + " the scans of the others" + SHARE);
        }
        compare("interval", scan.interval(), "maxAge", scan.maxAge(), "reports expire before the next scan");
        compare("minInterval", scan.minInterval(), "interval", scan.interval(), "some periodic scans are skipped");
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
