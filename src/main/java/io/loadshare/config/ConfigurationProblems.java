package io.loadshare.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What reading the files has brought to light so far. */
final class ConfigurationProblems {

    /** In the order of weight, the weakest first. */
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

    /** What somebody should know about settings that are right. */
    List<Problem> warnings() {
        return warnings;
    }

    /** By path, in the order they were read. */
    Map<String, EffectiveSetting> settings() {
        return settings;
    }

    /** @throws ConfigurationException if there is any problem */
    void requireNoProblem() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(inOrder(problems));
        }
    }

    /** By file in the order of weight, then by line. */
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
