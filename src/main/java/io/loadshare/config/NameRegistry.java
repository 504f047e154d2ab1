package io.loadshare.config;

import io.loadshare.Suggestions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The unique names of one kind of entry, and the references to them. */
final class NameRegistry {

    private final String kind;
    private final ConfigurationProblems findings;
    private final Map<String, YamlValue> names = new LinkedHashMap<>();
    private boolean complete = true;

    NameRegistry(String kind, ConfigurationProblems findings) {
        this.kind = kind;
        this.findings = findings;
    }

    /**
     * Registers a name, or reports a duplicate.
     *
     * @param name null if it could not be read
     */
    boolean add(String name, Optional<YamlValue> where) {
        if (name == null) {
            complete = false;
            return false;
        }
        YamlValue first = names.putIfAbsent(name, where.get());
        if (first != null) {
            findings.problem(
                    where.get().position(),
                    kind + " '" + name + "' is listed twice, first in line "
                            + first.position().line());
        }
        return first == null;
    }

    /**
     * Reports an unknown name, unless some names could not be read and it may be one of these.
     *
     * @param list where the names are listed
     */
    void require(String name, YamlValue where, Optional<YamlValue> list) {
        if (complete && !names.containsKey(name)) {
            findings.problem(
                    where.position(),
                    "unknown " + kind + " '" + name + "'" + Suggestions.didYouMean(name, names.keySet())
                            + listedIn(list, kind + "s", where));
        }
    }

    /** Returns where the list is, if it is in another file than the reference. */
    static String listedIn(Optional<YamlValue> list, String what, YamlValue reference) {
        return list.filter(written -> !written.file().equals(reference.file()))
                .map(written -> " (" + what + " are listed in " + written.file() + ":"
                        + written.keyPosition().line() + ")")
                .orElse("");
    }
}
