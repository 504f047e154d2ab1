package io.loadshare.license;

import io.loadshare.InvalidSettingException;
import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A licensed feature, such as Matlab or one of its toolboxes.
 *
 * @param process the name of the process that holds a seat ({@code MATLAB}); empty for a feature that no process shows,
 *     such as a toolbox, whose seats are those of loadshare's jobs and of the license server
 * @param feature its name on the license server
 * @param perUser the use by one user at which the rule starts to restrict them, at least 1
 * @param server the argv of the command that prints {@code lmstat -a} output; empty without a license server
 * @param slurm its name among the licenses of a Slurm cluster; empty if Slurm does not count it
 */
public record LicenseFeature(
        String name,
        Optional<String> process,
        String feature,
        int perUser,
        Rule rule,
        List<String> server,
        Optional<String> slurm) {

    /** How the jobs of one user share seats. */
    public enum Rule {
        /** Any host until the user has {@code perUser} jobs, then only hosts where they already have one. */
        SPREAD,
        /** Hosts where the user already holds a seat, while a core is idle there; at most {@code perUser} hosts. */
        SAVE
    }

    /** Creates a feature that the license server knows by the same name. */
    public LicenseFeature(String name, String process, int perUser, Rule rule, List<String> server) {
        this(name, Optional.of(process), name, perUser, rule, server, Optional.empty());
    }

    public LicenseFeature {
        Objects.requireNonNull(name, "name");
        HostName.requireWord("name of a license", name);
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(rule, "rule");
        server = List.copyOf(server);
        process.ifPresent(
                program -> requireText("process", "process of license '" + name + "' must name a program", program));
        requireText("feature", "feature of license '" + name + "' must name a feature of the license server", feature);
        slurm.ifPresent(license -> HostName.requireWord("slurm of license '" + name + "'", license));
        if (perUser < 1) {
            throw new InvalidSettingException("perUser", "perUser of license '" + name + "' must be ≥ 1", perUser);
        }
    }

    private static void requireText(String key, String rule, String text) {
        if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidSettingException(key, rule, Quoted.of(text));
        }
    }
}
