package io.loadshare.config;

import io.loadshare.Quoted;
import io.loadshare.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The list {@code locked} of the machine's file: settings and groups that other files cannot change. */
final class LockedSettings {

    static final String KEY = "locked";

    private final String machineFile;
    private final Map<String, YamlValue> paths = new LinkedHashMap<>();

    LockedSettings(String machineFile) {
        this.machineFile = machineFile;
    }

    boolean isMachine(YamlValue written) {
        return written.file().equals(machineFile);
    }

    /** Locks a setting or a group. */
    String add(YamlValue path) {
        String text = ValueReaders.TEXT.read(path);
        paths.put(text, path);
        return text;
    }

    /** Returns whether the machine file's value of a setting overrides another file. */
    boolean keep(String path, String file) {
        return paths.containsKey(path) && !file.equals(machineFile);
    }

    /** Returns whether a setting is locked, individually or with its group. */
    boolean cover(String path) {
        int dot = path.indexOf('.');
        return paths.containsKey(path) || dot > 0 && paths.containsKey(path.substring(0, dot));
    }

    /** Reports locked settings that do not exist. */
    void check(Set<String> settings, ConfigurationProblems findings) {
        List<String> known = new ArrayList<>(settings);
        settings.stream().filter(path -> path.indexOf('.') > 0).forEach(path -> {
            String group = path.substring(0, path.indexOf('.'));
            if (!known.contains(group)) {
                known.add(group);
            }
        });
        paths.forEach((path, written) -> {
            if (!known.contains(path)) {
                findings.problem(
                        written.position(),
                        "locked names the unknown setting " + Quoted.of(path) + Suggestions.didYouMean(path, known));
            }
        });
    }
}
