package io.loadshare.config.imports;

import io.loadshare.config.Position;
import io.loadshare.config.imports.PythonFile.Assignment;
import io.loadshare.host.HostName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts LoadShare's {@code loadsharesettings.py} into a draft. Only LoadShare's own names count: {@code minscaninterval},
 * {@code maxlicensesperuser}, {@code allmachines}, the list of machines for a kind of software ({@code spmmachines}), and
 * {@code machinelists}, which has such lists by kind.
 */
final class LoadShareImport {

    private static final Pattern MACHINES = Pattern.compile(
            "(all|available|spm|matlab|mce|aa|meg|mne|maxfilter|freesurfer|fsl|vnc)?_?machine(?:s|_?list)");
    private static final List<String> NO_KIND = List.of("", "all", "available");
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
        Object value = assignment.value();
        String setting = name.toLowerCase(Locale.ROOT);
        Matcher machines = MACHINES.matcher(setting);
        if (machines.matches()) {
            String kind = machines.group(1) == null ? "" : machines.group(1);
            machines(name, NO_KIND.contains(kind) ? "" : kind, value, assignment.where());
        } else if (setting.equals("machinelists") && value instanceof Map<?, ?> lists) {
            lists.forEach((kind, list) -> machines(name, kind.toString(), list, assignment.where()));
        } else if (setting.equals("minscaninterval")) {
            String duration = value instanceof Double seconds ? ImportConversions.duration(seconds) : null;
            if (duration == null) {
                notImported(name, "it must be a number of seconds", assignment.where());
            } else {
                draft.set("scan.minInterval", duration, assignment.where());
            }
        } else if (setting.equals("maxlicensesperuser")) {
            license(name, value, assignment.where());
        } else {
            notImported(name, "it is not a setting of LoadShare", assignment.where());
        }
    }

    private void machines(String name, String kind, Object value, Position where) {
        List<HostName> hosts = new ArrayList<>();
        boolean usable = (kind.isEmpty() || HostName.isWord(kind)) && value instanceof List<?> list && !list.isEmpty();
        for (Object element : usable ? (List<?>) value : List.of()) {
            if (element instanceof String text && HostName.isWord(text)) {
                hosts.add(new HostName(text));
            } else {
                usable = false;
            }
        }
        if (usable) {
            kinds.merge(kind, new Machines(hosts, where), (before, more) -> {
                List<HostName> both = new ArrayList<>(before.hosts());
                both.addAll(more.hosts());
                return new Machines(both, before.where());
            });
        } else {
            notImported(name, "it must be a list of host names", where);
        }
    }

    private void license(String name, Object value, Position where) {
        Integer perUser = value instanceof Double number ? ImportConversions.wholeNumber(number) : null;
        if (perUser == null) {
            notImported(name, "it must be a whole number", where);
            return;
        }
        Map<String, Object> license =
                entry("name", LICENSE, "process", "MATLAB", "perUser", perUser.toString(), "rule", "spread");
        draft.add("licenses", license, where);
        licensed = true;
    }

    private void notImported(String name, String why, Position where) {
        draft.note(where, name + " is not imported: " + why);
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
                "software '" + kind + "' has a pool, so 'best' knows it; to launch it, add its commands");
    }

    private static Map<String, Object> entry(String... keysAndValues) {
        Map<String, Object> entry = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            entry.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return entry;
    }
}
