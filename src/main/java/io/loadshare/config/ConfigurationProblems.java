package io.loadshare.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the problems found in configuration files. */
final class ConfigurationProblems {

    /** In order of precedence, lowest first. */
    private final List<String> files;

    private final LockedSettings locks;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private final Map<String, EffectiveSetting> settings = new LinkedHashMap<>();

    ConfigurationProblems(List<String> files, LockedSettings locks) {
        this.files = files;
        this.locks = locks;
    }

    void problem(Position position, String text) {
        problems.add(new Problem(position, text));
    }

    void warning(Position position, String text) {
        warnings.add(new Problem(position, text));
    }

    void setting(EffectiveSetting setting) {
        settings.put(setting.path(), setting);
    }

    LockedSettings locks() {
        return locks;
    }

    /** Warnings about valid settings. */
    List<Problem> warnings() {
        return warnings;
    }

    /** By path, in reading order. */
    Map<String, EffectiveSetting> settings() {
        return settings;
    }

    /** @throws ConfigurationException if there is any problem */
    void requireNoProblem() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(inOrder(problems));
        }
    }

    /** By file in order of precedence, then by line. */
    List<Problem> inOrder(List<Problem> unordered) {
        Map<String, Integer> ranks = new HashMap<>();
        files.forEach(file -> ranks.put(file, ranks.size()));
        List<Problem> ordered = new ArrayList<>(unordered);
        ordered.sort((a, b) -> {
            int files = ranks.get(a.position().file()) - ranks.get(b.position().file());
            return files != 0 ? files : Position.IN_FILE.compare(a.position(), b.position());
        });
        return ordered;
    }
}
