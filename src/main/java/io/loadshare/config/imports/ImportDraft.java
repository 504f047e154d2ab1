package io.loadshare.config.imports;

import io.loadshare.config.Position;
import io.loadshare.config.Problem;
import io.loadshare.config.YamlWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A configuration in the making: what has been taken over from the imported files, and what has not. */
final class ImportDraft {

    private static final int COMMENT_COLUMN = 48;
    private static final List<String> ORDER = List.of(
            "locked",
            "hosts",
            "pools",
            "licenses",
            "software",
            "scan",
            "placement",
            "retry",
            "query",
            "ssh",
            "job",
            "agent");

    /** A value and where it was found. */
    private record Found(Object value, Position where) {}

    private final Map<String, Found> settings = new LinkedHashMap<>();
    private final Map<String, List<Found>> lists = new LinkedHashMap<>();
    private final List<Problem> notes = new ArrayList<>();

    /** Sets {@code group.key}; the last word counts. */
    void set(String path, Object value, Position where) {
        Found before = settings.put(path, new Found(value, where));
        if (before != null && !before.value().equals(value)) {
            note(where, path + " = " + value + " takes the place of " + before.value() + " from " + before.where());
        }
    }

    /** Where a setting was found; null if it was not. */
    Position where(String path) {
        return settings.containsKey(path) ? settings.get(path).where() : null;
    }

    /** Whether a list of the configuration has an entry. */
    boolean has(String list) {
        return lists.containsKey(list);
    }

    /** Adds an entry to a list of the configuration. */
    void add(String list, Object entry, Position where) {
        lists.computeIfAbsent(list, key -> new ArrayList<>()).add(new Found(entry, where));
    }

    /** Makes an entry the only one of its list. */
    void replace(String list, Object entry, Position where) {
        List<Found> before = lists.remove(list);
        if (before != null) {
            note(where, list + " take the place of those from " + before.get(0).where());
        }
        add(list, entry, where);
    }

    void note(Position where, String text) {
        note(new Problem(where, text));
    }

    void note(Problem note) {
        notes.add(note);
    }

    /** The notes on each file in the order of its lines. */
    List<Problem> notes(List<String> files) {
        notes.sort(Comparator.comparingInt(
                        (Problem note) -> files.indexOf(note.position().file()))
                .thenComparingInt(note -> note.position().line()));
        return notes;
    }

    String yaml(String title) {
        StringBuilder yaml = new StringBuilder("# ").append(title).append('\n');
        for (String group : ORDER) {
            if (lists.containsKey(group)) {
                yaml.append(group).append(":\n");
                lists.get(group).forEach(entry -> line(yaml, "  - ", entry));
            }
            String prefix = group + ".";
            boolean first = true;
            for (Map.Entry<String, Found> setting : settings.entrySet()) {
                if (setting.getKey().startsWith(prefix)) {
                    yaml.append(first ? group + ":\n" : "");
                    line(yaml, "  " + setting.getKey().substring(prefix.length()) + ": ", setting.getValue());
                    first = false;
                }
            }
        }
        return yaml.toString();
    }

    private static void line(StringBuilder yaml, String start, Found found) {
        String line = start + YamlWriter.line(found.value());
        yaml.append(line)
                .append(" ".repeat(Math.max(2, COMMENT_COLUMN - line.length())))
                .append("# ")
                .append(found.where())
                .append('\n');
    }
}
