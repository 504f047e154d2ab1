package io.loadshare.agent.server;

import io.loadshare.agent.HostFigures;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Metrics of an agent and its host in Prometheus' text format, version 0.0.4. */
final class AgentMetrics {

    private final StringBuilder out = new StringBuilder(4096);

    private AgentMetrics() {}

    /**
     * @param figures absent if the host cannot be measured
     */
    static String print(
            Optional<HostFigures> figures,
            AgentCounters tally,
            int openQueries,
            boolean stateWorks,
            Duration uptime,
            String version) {
        AgentMetrics metrics = new AgentMetrics();
        metrics.gauge("up", "Whether the agent knows the load of its host", figures.isPresent() ? 1 : 0);
        figures.ifPresent(metrics::host);
        metrics.gauge("agent_open_queries", "Open queries", openQueries);
        metrics.gauge("agent_state_writable", "Whether reservations can be written to disk", stateWorks ? 1 : 0);
        metrics.gauge("agent_uptime_seconds", "Uptime of the agent", seconds(uptime));
        metrics.head("agent_info", "gauge", "The version of the agent");
        metrics.line("agent_info{version=\"" + escaped(version) + "\"}", 1);
        tally.counts().forEach((event, count) -> {
            String name = "agent_" + event.word() + "_total";
            metrics.head(name, "counter", event.help());
            metrics.line(name, count);
        });
        return metrics.out.toString();
    }

    private void host(HostFigures figures) {
        LoadReport report = figures.report();
        gauge("load1", "One-minute load average", report.load1());
        gauge("load5", "Five-minute load average", report.load5());
        gauge("load15", "Fifteen-minute load average", report.load15());
        gauge("cores", "Usable cores", report.cores());
        gauge("memory_total_bytes", "Memory", report.memoryTotal());
        gauge("memory_available_bytes", "Memory available without swapping", report.memoryAvailable());
        gauge("runnable_threads", "Runnable threads", report.runnable());
        gauge("own_runnable_threads", "Runnable threads of loadshare's jobs", report.ownRunnable());
        gauge(
                "jobs",
                "loadshare's jobs that run or are about to start",
                report.jobs().size());
        int slots =
                report.jobs().stream().mapToInt(LoadReport.ObservedJob::slots).sum();
        gauge("job_slots", "Slots of loadshare's jobs", slots);
        report.users().ifPresent(users -> gauge("users", "Users logged in", users.size()));
        gauge("desktops", "VNC desktops", report.desktops().size());
        gauge("measurement_age_seconds", "Age of the measurement", seconds(figures.age()));
        gauge(
                "complaint",
                "Whether the site's check reports a problem",
                report.complaint().isPresent() ? 1 : 0);
        head("jobs_completed_total", "counter", "Completed jobs of loadshare");
        line("jobs_completed_total", figures.completed());
        head("penalty", "gauge", "Penalties that model sciclust adds to the load");
        line("penalty{kind=\"open_queries\"}", figures.penalties().openQueries());
        line("penalty{kind=\"recency\"}", figures.penalties().recency());
        line("penalty{kind=\"completed_jobs\"}", figures.penalties().completedJobs());
        head("license_processes", "gauge", "Topmost processes that hold a license");
        for (LoadReport.LicenseHolder holder : report.licenses()) {
            line(
                    "license_processes{license=\"" + escaped(holder.license()) + "\",user=\"" + escaped(holder.user())
                            + "\"}",
                    holder.processes());
        }
    }

    private void gauge(String name, String help, double value) {
        head(name, "gauge", help);
        line(name, value);
    }

    private void head(String name, String type, String help) {
        out.append("# HELP loadshare_").append(name).append(' ').append(help).append(".\n");
        out.append("# TYPE loadshare_").append(name).append(' ').append(type).append('\n');
    }

    private void line(String series, double value) {
        out.append("loadshare_").append(series).append(' ');
        if (value == Math.rint(value)) {
            out.append((long) value);
        } else {
            out.append(String.format(Locale.ROOT, "%.9g", value));
        }
        out.append('\n');
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
