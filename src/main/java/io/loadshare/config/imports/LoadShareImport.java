package io.loadshare.config.imports;

import io.loadshare.config.Position;
import io.loadshare.config.imports.PythonFile.Assignment;
import io.loadshare.host.HostName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Puts LoadShare's {@code loadsharesettings.py} into a draft. Of its names, {@code minscaninterval} and
 * {@code maxlicensesperuser} are known; of others, the words in the name tell what they are: lists of machines, all of
 * them or those for one kind of software, and figures.
 */
final class LoadShareImport {

    private static final Pattern MACHINES = Pattern.compile("machine|host|server|node|computer");
    private static final Pattern NO_KIND =
            Pattern.compile("(" + MACHINES + ")s?|^all|loadshare|available|scanned|scan|names?|list|_");
    private static final List<String> NEED_MATLAB = List.of("spm", "matlab", "mce", "aa");
    private static final String LICENSE = "matlab";

    /** Hosts for one kind of software, and where they were found. */
    private record Machines(List<HostName> hosts, Position where) {}

    private final ImportDraft draft;
    private final Map<String, Machines> kinds = new LinkedHashMap<>();
    private boolean licensed;

    LoadShareImport(ImportDraft draft) {
        this.draft = draft;
    }

    void add(String file, String text) {
        PythonFile.read(file, text, draft::note).forEach(this::add);
        finish();
    }

    private void add(String name, Assignment assignment) {
        String words = name.toLowerCase(Locale.ROOT);
        boolean understood = MACHINES.matcher(words).find()
                ? machines(NO_KIND.matcher(words).replaceAll(""), assignment)
                : assignment.value() instanceof Number number
                        && figure(name, words, number.doubleValue(), assignment.where());
        if (!understood) {
            draft.note(assignment.where(), name + " has no counterpart here; left out");
        }
    }

    /** A list of hosts, or such a list for each of several kinds. */
    private boolean machines(String kind, Assignment assignment) {
        if (assignment.value() instanceof Map<?, ?> map) {
            return !map.isEmpty()
                    && map.entrySet().stream()
                            .allMatch(entry -> machines(
                                    String.valueOf(entry.getKey()),
                                    new Assignment(entry.getValue(), assignment.where())));
        }
        if (!(assignment.value() instanceof List<?> list)
                || list.isEmpty()
                || !(kind.isEmpty() || HostName.isWord(kind))) {
            return false;
        }
        List<HostName> hosts = new ArrayList<>();
        for (Object element : list) {
            if (!(element instanceof String text && HostName.isWord(text))) {
                return false;
            }
            hosts.add(new HostName(text));
        }
        Machines before = kinds.put(kind, new Machines(hosts, assignment.where()));
        if (before != null) {
            draft.note(assignment.where(), "these hosts take the place of those from " + before.where());
        }
        return true;
    }

    private boolean figure(String name, String words, double number, Position where) {
        if (words.contains("license") || words.contains("licence")) {
            draft.add(
                    "licenses",
                    entry(
                            "name",
                            LICENSE,
                            "process",
                            "MATLAB",
                            "perUser",
                            ImportConversions.print(number),
                            "rule",
                            "spread"),
                    where);
            licensed = true;
            return true;
        }
        String path = words.contains("interval") && words.contains("min")
                ? "scan.minInterval"
                : words.contains("interval")
                        ? "scan.interval"
                        : words.contains("timeout") ? "scan.timeout" : words.contains("age") ? "scan.maxAge" : null;
        String duration = ImportConversions.duration(number);
        if (path == null || duration == null) {
            return false;
        }
        draft.set(path, duration, where);
        if (!words.equals("minscaninterval")) {
            draft.note(where, name + " was taken for " + path + " in seconds");
        }
        return true;
    }

    private void finish() {
        List<HostName> all = new ArrayList<>();
        kinds.values().forEach(machines -> all.addAll(machines.hosts()));
        if (all.isEmpty()) {
            return;
        }
        Position where = kinds.values().iterator().next().where();
        draft.replace("hosts", entry("name", ImportConversions.nodeSet(all)), where);
        kinds.forEach((kind, machines) -> {
            if (!kind.isEmpty()) {
                software(kind, machines);
            }
        });
    }

    private void software(String kind, Machines machines) {
        draft.add("pools", entry("name", kind, "hosts", ImportConversions.nodeSet(machines.hosts())), machines.where());
        Map<String, Object> software = entry("name", kind, "pool", kind);
        if (licensed && NEED_MATLAB.contains(kind)) {
            software.put("license", LICENSE);
        }
        draft.add("software", software, machines.where());
        draft.note(
                machines.where(),
                "software '" + kind + "' has a pool, so 'best' knows it; to launch it, add its" + " commands");
    }

    private static Map<String, Object> entry(String... keysAndValues) {
        Map<String, Object> entry = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            entry.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return entry;
    }
}
