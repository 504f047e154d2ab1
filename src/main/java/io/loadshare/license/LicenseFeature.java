package io.loadshare.license;

import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import java.util.List;
import java.util.Objects;

/**
 * One licensed feature, such as Matlab or one of its toolboxes.
 *
 * @param process the process name that holds a seat ({@code MATLAB})
 * @param perUser how much one user may use before the rule restricts them, at least 1
 * @param server the command that prints {@code lmstat -a} output, as an argv; empty if no server is asked
 */
public record LicenseFeature(String name, String process, int perUser, Rule rule, List<String> server) {

    /** How the seats of one user are kept together. */
    public enum Rule {
        /** Anywhere until the user has {@code perUser} jobs, from then on where they already have one. */
        SPREAD,
        /** Where the user already holds a seat while a core is idle there; at most {@code perUser} hosts. */
        SAVE
    }

    public LicenseFeature {
        Objects.requireNonNull(name, "name");
        HostName.requireWord("name of a license", name);
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(rule, "rule");
        server = List.copyOf(server);
        if (process.isBlank() || process.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "process of license '" + name + "' must name a program, was " + Quoted.of(process));
        }
        if (perUser < 1) {
            throw new IllegalArgumentException("perUser of license '" + name + "' must be ≥ 1, was " + perUser);
        }
    }
}
