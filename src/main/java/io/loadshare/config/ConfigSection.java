package io.loadshare.config;

import io.loadshare.InvalidSettingException;
import io.loadshare.Quoted;
import io.loadshare.Suggestions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping of keys to values, merged from several files; the last file that contains a key wins. The caller reads each
 * key with its type and default. When the section is closed, keys that were not read are reported as unknown. Every
 * problem is reported with its position, and reading continues with the default.
 */
final class ConfigSection {

    private final String what;
    private final String path;
    private final YamlValue entry;
    private final ConfigurationProblems findings;
    private final List<Map<String, YamlValue>> layers = new ArrayList<>();
    private final Map<String, YamlValue> effective = new HashMap<>();
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, Object> fallbacks = new HashMap<>();
    private final List<ConfigSection> children = new ArrayList<>();
    private boolean sound = true;

    /**
     * @param what its name in messages
     * @param path the path of its keys; empty for the root
     * @param entry the mapping, if it is a value of its own rather than a group of settings
     * @param mappings one for each file, lowest precedence first
     */
    private ConfigSection(
            String what, String path, YamlValue entry, List<YamlValue> mappings, ConfigurationProblems findings) {
        this.what = what;
        this.path = path;
        this.entry = entry;
        this.findings = findings;
        mappings.forEach(this::add);
    }

    /** Whole files, lowest precedence first. */
    static ConfigSection root(List<YamlValue> files, ConfigurationProblems findings) {
        return new ConfigSection("a configuration", "", null, files, findings);
    }

    /**
     * A mapping that is a single value: a list entry, or the value of a key.
     *
     * @param what its name in messages
     */
    static ConfigSection entry(String what, String path, YamlValue mapping, ConfigurationProblems findings) {
        return new ConfigSection(what, path, mapping, List.of(mapping), findings);
    }

    private void add(YamlValue mapping) {
        if (mapping.node() instanceof MappingNode node) {
            Map<String, YamlValue> layer = new LinkedHashMap<>();
            node.getValue().forEach(tuple -> add(mapping.file(), tuple, layer));
            layers.add(layer);
            effective.putAll(layer);
        } else if (entry != null || !mapping.isBlank()) {
            problem(mapping.position(), what + " must be a mapping ('key: value'), was " + mapping.shown());
        }
    }

    private void add(String file, NodeTuple tuple, Map<String, YamlValue> layer) {
        YamlValue written = new YamlValue(file, tuple.getKeyNode(), tuple.getValueNode());
        if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
            problem(written.keyPosition(), "a key" + inPath() + " must be a word");
            return;
        }
        String key = scalar.getValue();
        if (entry == null && findings.locks().keep(full(key), file)) {
            findings.warning(written.keyPosition(), full(key) + " is locked by the machine's configuration: ignored");
            return;
        }
        YamlValue first = layer.putIfAbsent(key, written);
        if (first != null) {
            problem(
                    written.keyPosition(),
                    "duplicate key " + Quoted.of(key) + inPath() + ", first in line "
                            + first.keyPosition().line());
        }
    }

    /** Returns the group of settings under a key. */
    ConfigSection section(String key) {
        values.put(key, null);
        List<YamlValue> mappings = new ArrayList<>();
        for (Map<String, YamlValue> layer : layers) {
            if (layer.containsKey(key)) {
                mappings.add(layer.get(key));
            }
        }
        return new ConfigSection(full(key), full(key), null, mappings, findings);
    }

    /** Returns the mapping under a key of an entry. */
    ConfigSection mapping(String key, YamlValue written) {
        values.put(key, null);
        ConfigSection mapping = entry(full(key), full(key), written, findings);
        children.add(mapping);
        return mapping;
    }

    /** Returns the entries of the list under a key; empty without the key. */
    Optional<List<ConfigSection>> entries(String key) {
        List<ConfigSection> entries =
                list(key, null, element -> entry("an entry of " + full(key), full(key), element, findings));
        children.addAll(entries == null ? List.of() : entries);
        return Optional.ofNullable(entries);
    }

    /** Returns the elements of the list under a key, or the default; {@code none} means the empty list. */
    <T> List<T> list(String key, List<T> fallback, ValueReader<T> reader) {
        return read(key, fallback, written -> {
            List<T> list = new ArrayList<>();
            for (Node node : written.elements()) {
                T element = readReporting("an element of " + full(key), written.element(node), reader);
                if (element != null) {
                    list.add(element);
                }
            }
            return list;
        });
    }

    /** Returns the value of a key, or the default. */
    <T> T value(String key, T fallback, ValueReader<T> reader) {
        return read(key, fallback, reader);
    }

    /** Returns the value of a key, unless it is missing or {@code none}. */
    <T> Optional<T> optional(String key, ValueReader<T> reader) {
        return optional(key, Optional.empty(), reader);
    }

    /** Returns the value of a key, or the default; {@code none} means no value. */
    <T> Optional<T> optional(String key, Optional<T> fallback, ValueReader<T> reader) {
        return read(key, fallback, written -> {
            T value = written.isNone() ? null : reader.read(written);
            return Optional.ofNullable(value);
        });
    }

    /** Returns the value of a required key of an entry. If it is missing or invalid, reports that and returns null. */
    <T> T required(String key, ValueReader<T> reader) {
        if (!layers.isEmpty() && !effective.containsKey(key)) {
            problem(entry.position(), what + " requires the key '" + key + "'");
        }
        return read(key, null, reader);
    }

    /** A value of a key with its position. */
    Optional<YamlValue> written(String key) {
        return Optional.ofNullable(effective.get(key));
    }

    @SuppressWarnings("unchecked") // each key is read with one type
    private <T> T read(String key, T fallback, ValueReader<T> reader) {
        if (values.containsKey(key)) {
            return (T) values.get(key);
        }
        YamlValue written = effective.get(key);
        T value = written == null ? null : readReporting(full(key), written, reader);
        T result = value == null ? fallback : value;
        values.put(key, result);
        fallbacks.put(key, fallback);
        if (entry == null) {
            findings.setting(new EffectiveSetting(full(key), Optional.ofNullable(written), fallback));
        }
        return result;
    }

    private <T> T readReporting(String what, YamlValue written, ValueReader<T> reader) {
        try {
            T value = reader.read(written);
            sound &= value != null;
            return value;
        } catch (ValueReader.UnexpectedValueException e) {
            problem(written.position(), what + " must be " + e.getMessage() + ", was " + written.shown() + e.hint());
        } catch (IllegalArgumentException e) {
            problem(written.position(), what + ": " + e.getMessage());
        }
        return null;
    }

    /**
     * Builds a record from the values and closes the section. A value that violates a rule of the record is reported
     * with the rule, and its default is used instead.
     */
    <T> T build(Supplier<T> record) {
        while (true) {
            try {
                T result = record.get();
                close();
                return result;
            } catch (IllegalArgumentException e) {
                refuse(e);
            }
        }
    }

    /** Like {@link #build}, for an entry, which has no defaults; empty if anything in it is invalid. */
    <T> Optional<T> buildEntry(Supplier<T> record) {
        close();
        if (!isSound()) {
            return Optional.empty();
        }
        try {
            return Optional.of(record.get());
        } catch (IllegalArgumentException e) {
            refuse(e);
            return Optional.empty();
        }
    }

    private boolean isSound() {
        return sound && children.stream().allMatch(ConfigSection::isSound);
    }

    /** Reports a violated rule. If it is about several keys, reports the one set by the file of highest precedence. */
    private void refuse(IllegalArgumentException violation) {
        String message = violation.getMessage();
        InvalidSettingException setting = violation instanceof InvalidSettingException known ? known : null;
        List<String> keys = setting == null ? List.of() : setting.keys();
        String blamed = keys.stream()
                .filter(key -> effective.containsKey(key) && values.get(key) != fallbacks.get(key))
                .reduce((first, second) -> rank(second) > rank(first) ? second : first)
                .orElse(null);
        if (blamed == null && entry != null) {
            problem(entry.position(), message);
            return;
        }
        if (blamed == null) {
            throw new IllegalStateException("the defaults of " + path + " violate a rule: " + message, violation);
        }
        YamlValue written = effective.get(blamed);
        String text = blamed.equals(keys.get(0)) ? setting.rule() + ", was " + written.shown() : message;
        problem(written.position(), (entry == null ? path + "." : "") + text);
        values.put(blamed, fallbacks.get(blamed));
    }

    private int rank(String key) {
        for (int layer = layers.size() - 1; layer >= 0; layer--) {
            if (layers.get(layer).containsKey(key)) {
                return layer;
            }
        }
        return -1;
    }

    /** Reports the keys that were not read. */
    void close() {
        for (Map<String, YamlValue> layer : layers) {
            layer.forEach((key, written) -> {
                if (!values.containsKey(key)) {
                    problem(
                            written.keyPosition(),
                            "unknown key " + Quoted.of(key) + inPath() + Suggestions.didYouMean(key, values.keySet()));
                }
            });
        }
    }

    private void problem(Position position, String text) {
        sound = false;
        findings.problem(position, text);
    }

    private String inPath() {
        return path.isEmpty() ? "" : " in " + path;
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
