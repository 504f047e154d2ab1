package io.loadshare.agent.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.jr.ob.JSON;
import io.loadshare.agent.HostFigures;
import io.loadshare.load.LoadReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** The JSON of agents, described in {@code docs/agent-openapi.yaml}. */
final class AgentJson {

    private AgentJson() {}

    static String print(Map<String, ?> tree) {
        try {
            return JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).asString(tree);
        } catch (IOException e) {
            throw new UncheckedIOException("a text could not be written to memory", e);
        }
    }

    static String error(String message) {
        return print(Map.of("error", message));
    }

    /** Returns the members of a text that is one JSON object; throws a {@link RequestRefusedException} otherwise. */
    static Map<String, Object> object(byte[] body) {
        try (JsonParser parser = JSON.std.createParser(body)) {
            Map<String, Object> object = JSON.std.mapFrom(parser);
            if (object != null && parser.nextToken() == null) {
                return object;
            }
        } catch (IOException e) {
            // Jackson's message would quote the text.
        }
        throw RequestRefusedException.malformed("the body must be one JSON object");
    }

    /** Prints the answer to a query. Times are in seconds. */
    static Map<String, Object> tree(QueryService.Opened opened, Instant now, Map<String, Object> load) {
        HostFigures figures = opened.figures();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", opened.query().id());
        tree.put("secret", opened.query().secret());
        tree.put("revision", figures.revision());
        tree.put("expiry", seconds(Duration.between(now, opened.query().expiresAt())));
        tree.put("age", seconds(figures.age()));
        tree.put("completed", figures.completed());
        tree.put("load", load);
        Map<String, Object> penalties = new LinkedHashMap<>();
        penalties.put("openQueries", figures.penalties().openQueries());
        penalties.put("recency", figures.penalties().recency());
        penalties.put("completedJobs", figures.penalties().completedJobs());
        tree.put("penalties", penalties);
        return tree;
    }

    /** Prints a report with the keys of its text format, with plural names for lists; in bytes and seconds. */
    static Map<String, Object> tree(LoadReport report) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("host", report.host().value());
        tree.put("measured", BigDecimal.valueOf(report.measuredAt().toEpochMilli(), 3));
        tree.put("bootId", report.boot().id());
        tree.put("uptime", seconds(report.boot().uptime()));
        tree.put("load1", report.loadAverage().load1());
        tree.put("load5", report.loadAverage().load5());
        tree.put("load15", report.loadAverage().load15());
        tree.put("running", report.loadAverage().running());
        tree.put("total", report.loadAverage().total());
        tree.put("cores", report.cores());
        tree.put("memoryTotal", report.memory().total());
        tree.put("memoryAvailable", report.memory().available());
        tree.put("runnable", report.threads().runnable());
        tree.put("ownRunnable", report.threads().own());
        tree.put("complete", report.threads().complete());
        tree.put("jobs", report.jobs().stream().map(AgentJson::tree).toList());
        tree.put("users", report.people().users().orElse(null));
        tree.put(
                "desktops",
                report.people().desktops().stream().map(AgentJson::tree).toList());
        tree.put("licenses", report.licenses().stream().map(AgentJson::tree).toList());
        tree.put("complaint", report.health().complaint().orElse(null));
        tree.put("stalled", report.health().stalled().orElse(null));
        tree.put("pressureIo", percentage(report.health().pressure().io()));
        tree.put("pressureMemory", percentage(report.health().pressure().memory()));
        return tree;
    }

    private static Map<String, Object> tree(LoadReport.ObservedJob job) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", job.id());
        tree.put("slots", job.slots());
        tree.put("user", job.user());
        tree.put("runnable", job.runnable());
        tree.put("memory", job.memory());
        return tree;
    }

    private static Map<String, Object> tree(LoadReport.Desktop desktop) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("user", desktop.user());
        tree.put("display", desktop.display());
        tree.put("age", desktop.age().map(Duration::toSeconds).orElse(null));
        tree.put("idle", desktop.idle().map(Duration::toSeconds).orElse(null));
        return tree;
    }

    private static Map<String, Object> tree(LoadReport.LicenseHolder holder) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("license", holder.license());
        tree.put("user", holder.user());
        tree.put("processes", holder.processes());
        return tree;
    }

    private static Object percentage(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
