package io.jenkins.plugins.loadshare.page;

import io.loadshare.MetricsText;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The content of the page as metrics for Prometheus. Names of jobs, builds and users are not part of them. */
final class PageMetrics {

    private final Overview overview;
    private final MetricsText text = new MetricsText();

    private PageMetrics(Overview overview) {
        this.overview = overview;
    }

    static String print(Overview overview) {
        PageMetrics metrics = new PageMetrics(overview);
        metrics.hosts();
        metrics.work();
        metrics.licenses();
        return metrics.text.toString();
    }

    private void hosts() {
        counts(
                "hosts",
                "Hosts by state",
                overview.getHosts().stream()
                        .collect(Collectors.groupingBy(HostRow::getState, TreeMap::new, Collectors.counting())));
        perHost("host_load1", "One-minute load average", HostRow::getLoad1);
        perHost("host_cores", "Usable cores", HostRow::getCores);
        perHost("host_memory_available_bytes", "Memory available without swapping", HostRow::getMemoryAvailable);
        perHost("host_jobs", "Jobs of all users", HostRow::getOwnJobs);
        perHost("host_score", "Score of the host for a job with one slot; the lowest wins", HostRow::getScore);
        perHost("host_report_age_seconds", "Age of the last measurement", HostRow::getAge);
        overview.getLastScanSeconds()
                .ifPresent(seconds -> text.gauge("scan_duration_seconds", "Duration of the last scan", seconds));
        text.gauge("scanning", "Whether a scan is in progress", overview.isScanning() ? 1 : 0);
    }

    private void work() {
        counts(
                "jobs",
                "Running jobs of builds by state",
                overview.getJobs().stream()
                        .collect(Collectors.groupingBy(JobRow::getState, TreeMap::new, Collectors.counting())));
        text.gauge(
                "waiting_requests",
                "Builds that wait for a host",
                overview.getQueue().size());
        text.gauge(
                "longest_wait_seconds",
                "Time that the oldest request has waited",
                overview.getQueue().stream().mapToDouble(QueueRow::getAge).max().orElse(0));
    }

    private void licenses() {
        perLicense("license_seats", "Seats held or reserved, as far as loadshare knows", LicenseRow::getSeats);
        perLicense("license_server_in_use", "Seats in use by everyone", LicenseRow::getServerInUse);
        perLicense("license_server_issued", "Seats of the license server", LicenseRow::getServerIssued);
    }

    private void counts(String name, String help, Map<String, Long> byState) {
        text.head(name, "gauge", help);
        byState.forEach((state, count) -> text.line(name + "{" + MetricsText.label("state", state) + "}", count));
    }

    /** @param value null if it is unknown */
    private void perHost(String name, String help, Function<HostRow, Number> value) {
        text.head(name, "gauge", help);
        overview.getHosts().forEach(host -> line(name, "host", host.getHost(), value.apply(host)));
    }

    private void perLicense(String name, String help, Function<LicenseRow, Number> value) {
        text.head(name, "gauge", help);
        overview.getLicenses().forEach(row -> line(name, "license", row.getLicense(), value.apply(row)));
    }

    private void line(String name, String label, String of, Number value) {
        if (value != null) {
            text.line(name + "{" + MetricsText.label(label, of) + "}", value.doubleValue());
        }
    }
}
