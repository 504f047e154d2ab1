package io.loadshare.load;

import io.loadshare.host.HostName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** One element of {@code load --json}: maps, lists, strings, numbers and nulls; bytes and seconds. */
public final class HostTree {

    private HostTree() {}

    /**
     * @param score how good the host is for a request for one slot; lower is better
     * @param reason why it is not suitable
     * @param maxAge how old a report may be
     */
    public static Map<String, Object> of(
            HostName host,
            HostStatus status,
            OptionalDouble score,
            Optional<String> reason,
            Duration maxAge,
            Instant now) {
        Map<String, Object> tree = new LinkedHashMap<>();
        LoadReport report = status.report().orElse(null);
        tree.put("host", host.value());
        tree.put("state", status.state(now, maxAge).word());
        tree.put("cores", report == null ? null : report.cores());
        tree.put("load1", report == null ? null : report.loadAverage().load1());
        tree.put("load5", report == null ? null : report.loadAverage().load5());
        tree.put("load15", report == null ? null : report.loadAverage().load15());
        tree.put("running", report == null ? null : report.threads().runnable());
        tree.put(
                "external",
                report == null
                        ? null
                        : Math.max(
                                0,
                                report.threads().runnable() - report.threads().own()));
        tree.put("ownJobs", report == null ? null : report.jobs().size());
        tree.put("memoryAvailable", report == null ? null : report.memory().available());
        tree.put(
                "pressureIo",
                report == null ? null : number(report.health().pressure().io()));
        tree.put(
                "pressureMemory",
                report == null ? null : number(report.health().pressure().memory()));
        tree.put(
                "users",
                report == null
                        ? null
                        : report.people().users().map(ArrayList::new).orElse(null));
        tree.put("desktops", report == null ? null : desktops(report));
        tree.put("licenses", report == null ? null : licenses(report));
        if (report != null && !report.nodes().isEmpty()) {
            tree.put("pendingJobs", report.pending());
            tree.put("nodes", report.nodes().stream().map(HostTree::nodes).toList());
        }
        tree.put("age", status.age(now).map(age -> age.toMillis() / 1000.0).orElse(null));
        tree.put("score", number(score));
        tree.put("reason", reason.orElse(null));
        return tree;
    }

    private static Object number(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private static Map<String, Object> nodes(LoadReport.Nodes nodes) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("nodes", nodes.names());
        tree.put("count", nodes.count());
        tree.put("state", nodes.state());
        tree.put("coresAllocated", nodes.allocated());
        tree.put("coresIdle", nodes.idle());
        tree.put("reason", nodes.reason().isEmpty() ? null : nodes.reason());
        return tree;
    }

    /** Returns the desktops of a host, as maps. */
    public static List<Map<String, Object>> desktops(LoadReport report) {
        List<Map<String, Object>> desktops = new ArrayList<>();
        for (LoadReport.Desktop desktop : report.people().desktops()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("user", desktop.user());
            entry.put("display", desktop.display());
            entry.put(
                    "since",
                    desktop.age()
                            .map(age -> report.measuredAt().minus(age).toString())
                            .orElse(null));
            entry.put("idle", desktop.idle().map(Duration::toSeconds).orElse(null));
            desktops.add(entry);
        }
        return desktops;
    }

    private static List<Object> licenses(LoadReport report) {
        List<Object> holders = new ArrayList<>();
        for (LoadReport.LicenseHolder holder : report.licenses()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("license", holder.license());
            entry.put("user", holder.user());
            entry.put("processes", holder.processes());
            holders.add(entry);
        }
        return holders;
    }
}
