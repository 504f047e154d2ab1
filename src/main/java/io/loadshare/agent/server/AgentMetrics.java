package io.loadshare.agent.server;

import io.loadshare.MetricsText;
import io.loadshare.agent.HostFigures;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.util.Optional;

/** Metrics of an agent and its host in Prometheus' text format, version 0.0.4. */
final class AgentMetrics {

    private final MetricsText text = new MetricsText();

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
        metrics.text.gauge("up", "Whether the agent knows the load of its host", figures.isPresent() ? 1 : 0);
        figures.ifPresent(metrics::host);
        metrics.text.gauge("agent_open_queries", "Open queries", openQueries);
        metrics.text.gauge("agent_state_writable", "Whether reservations can be written to disk", stateWorks ? 1 : 0);
        metrics.text.gauge("agent_uptime_seconds", "Uptime of the agent", seconds(uptime));
        metrics.text.head("agent_info", "gauge", "The version of the agent");
        metrics.text.line("agent_info{" + MetricsText.label("version", version) + "}", 1);
        tally.counts().forEach((event, count) -> {
            String name = "agent_" + event.word() + "_total";
            metrics.text.head(name, "counter", event.help());
            metrics.text.line(name, count);
        });
        return metrics.text.toString();
    }

    private void host(HostFigures figures) {
        LoadReport report = figures.report();
        text.gauge("load1", "One-minute load average", report.loadAverage().load1());
        text.gauge("load5", "Five-minute load average", report.loadAverage().load5());
        text.gauge("load15", "Fifteen-minute load average", report.loadAverage().load15());
        text.gauge("cores", "Usable cores", report.cores());
        text.gauge("memory_total_bytes", "Memory", report.memory().total());
        text.gauge(
                "memory_available_bytes",
                "Memory available without swapping",
                report.memory().available());
        text.gauge("runnable_threads", "Runnable threads", report.threads().runnable());
        text.gauge(
                "own_runnable_threads",
                "Runnable threads of loadshare's jobs",
                report.threads().own());
        text.gauge(
                "jobs",
                "loadshare's jobs that run or are about to start",
                report.jobs().size());
        int slots =
                report.jobs().stream().mapToInt(LoadReport.ObservedJob::slots).sum();
        text.gauge("job_slots", "Slots of loadshare's jobs", slots);
        report.people().users().ifPresent(users -> text.gauge("users", "Users logged in", users.size()));
        text.gauge("desktops", "VNC desktops", report.people().desktops().size());
        text.gauge("measurement_age_seconds", "Age of the measurement", seconds(figures.age()));
        text.gauge(
                "complaint",
                "Whether the site's check reports a problem",
                report.health().complaint().isPresent() ? 1 : 0);
        text.head("jobs_completed_total", "counter", "Completed jobs of loadshare");
        text.line("jobs_completed_total", figures.completed());
        text.head("penalty", "gauge", "Penalties that model sciclust adds to the load");
        text.line("penalty{kind=\"open_queries\"}", figures.penalties().openQueries());
        text.line("penalty{kind=\"recency\"}", figures.penalties().recency());
        text.line("penalty{kind=\"completed_jobs\"}", figures.penalties().completedJobs());
        text.head("license_processes", "gauge", "Topmost processes that hold a license");
        for (LoadReport.LicenseHolder holder : report.licenses()) {
            text.line(
                    "license_processes{" + MetricsText.label("license", holder.license()) + ","
                            + MetricsText.label("user", holder.user()) + "}",
                    holder.processes());
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
