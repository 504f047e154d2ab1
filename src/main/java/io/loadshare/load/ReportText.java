package io.loadshare.load;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The text format of a {@link LoadReport}, which the probe prints, the state directory stores and the agent serves.
 *
 * <p>UTF-8 lines {@code key=value}. The first is {@code loadshare-report=1} (the format's version), the last
 * {@code end=loadshare-report}; between them, in any order:
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><td>{@code host}</td><td>the host that was measured *</td></tr>
 * <tr><td>{@code measured}</td><td>when the measurement was complete, in seconds since 1970 by the scanner's clock *</td></tr>
 * <tr><td>{@code bootId}</td><td>changes at each boot</td></tr>
 * <tr><td>{@code uptime}</td><td>seconds</td></tr>
 * <tr><td>{@code load1}, {@code load5}, {@code load15}</td><td>load averages</td></tr>
 * <tr><td>{@code running}, {@code total}</td><td>threads, runnable and all, as {@code /proc/loadavg} reports them, for the whole machine even in a container</td></tr>
 * <tr><td>{@code cores}</td><td>cores that may be used; may be a fraction</td></tr>
 * <tr><td>{@code memoryTotal}, {@code memoryAvailable}</td><td>bytes</td></tr>
 * <tr><td>{@code runnable}, {@code ownRunnable}</td><td>runnable threads of all, and of loadshare's jobs among them</td></tr>
 * <tr><td>{@code complete}</td><td>{@code yes} or {@code no}: whether all users' processes were seen</td></tr>
 * <tr><td>{@code job}</td><td>id, slots, user, runnable threads, memory in bytes (0 if unknown, or absent); one line a job</td></tr>
 * <tr><td>{@code users}</td><td>number of people logged in; absent if unknown</td></tr>
 * <tr><td>{@code user}</td><td>login name; one line for each person</td></tr>
 * <tr><td>{@code desktop}</td><td>user, display, seconds since its start, seconds without use ({@code -} if unknown; both may be absent); one line a desktop</td></tr>
 * <tr><td>{@code license}</td><td>feature, user, topmost processes; one line for each user of a feature</td></tr>
 * <tr><td>{@code nodes}</td><td>of a cluster: node set, number of nodes, state, allocated cores, idle cores, reason; one line for each state</td></tr>
 * <tr><td>{@code pressureIo}, {@code pressureMemory}</td><td>percentage of the last ten seconds in which tasks waited for the disk or for memory; absent if unknown</td></tr>
 * <tr><td>{@code stalled}</td><td>what does not answer, such as the login's home directory; absent if nothing</td></tr>
 * <tr><td>{@code agent}</td><td>{@code yes} if an agent runs on the host; otherwise absent</td></tr>
 * <tr><td>{@code complaint}</td><td>what the site's check reports as wrong; absent if nothing</td></tr>
 * </table>
 *
 * <p>Fields of one value are separated by tabs. Numbers are decimal, with at most six decimals. Keys marked * are missing
 * in what the probe prints, since the scanner knows better. Unknown keys are ignored. Control and format characters in
 * values are shown as {@code \}{@code u001b} for good, so that no report can do anything to a terminal.
 */
public final class ReportText {

    /** The format's version. */
    public static final int VERSION = 1;

    /** The maximum size of a report in bytes; a report with thousands of jobs is smaller. */
    public static final int MAX_BYTES = 256 * 1024;

    static final String HEADER = "loadshare-report=";
    static final String END = "end=loadshare-report";

    private ReportText() {}

    /**
     * Parses a stored report.
     *
     * @param source where the text comes from, for messages
     * @throws NewerFormatException if a newer loadshare wrote it
     * @throws LoadshareException of kind DATA if it is damaged or is not a report
     */
    public static LoadReport parse(String text, String source) {
        return parse(text, 0, text.length(), source);
    }

    /** Parses a stored report between {@code from} (inclusive) and {@code to} (exclusive) of a larger text. */
    public static LoadReport parse(String text, int from, int to, String source) {
        return new ReportParser(source).parse(text, from, to).report();
    }

    /** Parses the output of a probe, which contains neither host nor time. */
    public static LoadReport parseAnswer(String text, HostName host, Instant measuredAt, String source) {
        return new ReportParser(source).parse(text, 0, text.length()).report(host, measuredAt);
    }

    public static String print(LoadReport report) {
        StringBuilder out = new StringBuilder(700);
        print(report, out);
        return out.toString();
    }

    public static void print(LoadReport report, StringBuilder out) {
        out.append(HEADER).append(VERSION).append('\n');
        line(out, "host").append(report.host()).append('\n');
        millis(line(out, "measured"), report.measuredAt().toEpochMilli());
        text(line(out, "bootId"), report.boot().id()).append('\n');
        millis(line(out, "uptime"), report.boot().uptime().toMillis());
        decimal(line(out, "load1"), report.loadAverage().load1());
        decimal(line(out, "load5"), report.loadAverage().load5());
        decimal(line(out, "load15"), report.loadAverage().load15());
        line(out, "running").append(report.loadAverage().running()).append('\n');
        line(out, "total").append(report.loadAverage().total()).append('\n');
        decimal(line(out, "cores"), report.cores());
        line(out, "memoryTotal").append(report.memory().total()).append('\n');
        line(out, "memoryAvailable").append(report.memory().available()).append('\n');
        decimal(line(out, "runnable"), report.threads().runnable());
        decimal(line(out, "ownRunnable"), report.threads().own());
        line(out, "complete").append(report.threads().complete() ? "yes\n" : "no\n");
        report.health().pressure().io().ifPresent(io -> decimal(line(out, "pressureIo"), io));
        report.health().pressure().memory().ifPresent(memory -> decimal(line(out, "pressureMemory"), memory));
        printLists(report, out);
        if (report.agent()) {
            line(out, "agent").append("yes\n");
        }
        report.health().stalled().ifPresent(stalled -> text(line(out, "stalled"), stalled)
                .append('\n'));
        report.health().complaint().ifPresent(complaint -> text(line(out, "complaint"), complaint)
                .append('\n'));
        out.append(END).append('\n');
    }

    private static void printLists(LoadReport report, StringBuilder out) {
        for (LoadReport.ObservedJob job : report.jobs()) {
            text(line(out, "job"), job.id()).append('\t').append(job.slots()).append('\t');
            decimals(text(out, job.user()).append('\t'), job.runnable());
            out.append('\t').append(job.memory()).append('\n');
        }
        report.people().users().ifPresent(users -> {
            line(out, "users").append(users.size()).append('\n');
            users.forEach(user -> text(line(out, "user"), user).append('\n'));
        });
        for (LoadReport.Nodes nodes : report.nodes()) {
            text(line(out, "nodes"), nodes.names())
                    .append('\t')
                    .append(nodes.count())
                    .append('\t');
            text(out, nodes.state()).append('\t').append(nodes.allocated()).append('\t');
            text(out.append(nodes.idle()).append('\t'), nodes.reason()).append('\n');
        }
        for (LoadReport.Desktop desktop : report.people().desktops()) {
            text(line(out, "desktop"), desktop.user()).append('\t');
            text(out, desktop.display()).append('\t').append(seconds(desktop.age()));
            out.append('\t').append(seconds(desktop.idle())).append('\n');
        }
        for (LoadReport.LicenseHolder holder : report.licenses()) {
            text(line(out, "license"), holder.license()).append('\t');
            text(out, holder.user()).append('\t').append(holder.processes()).append('\n');
        }
    }

    private static String seconds(Optional<Duration> duration) {
        return duration.map(known -> Long.toString(known.toSeconds())).orElse("-");
    }

    private static StringBuilder line(StringBuilder out, String key) {
        return out.append(key).append('=');
    }

    /** Appends a number rounded to six decimals, without needless zeros, and ends the line. */
    private static void decimal(StringBuilder out, double value) {
        decimals(out, value);
        out.append('\n');
    }

    private static void decimals(StringBuilder out, double value) {
        long millionths = Math.round(value * 1e6);
        fraction(out.append(millionths / 1_000_000), millionths % 1_000_000, 100_000);
    }

    /** Appends milliseconds as seconds and ends the line. */
    private static void millis(StringBuilder out, long millis) {
        fraction(out.append(millis / 1000), millis % 1000, 100);
        out.append('\n');
    }

    private static void fraction(StringBuilder out, long fraction, long firstUnit) {
        if (fraction > 0) {
            out.append('.');
        }
        for (long rest = fraction, unit = firstUnit; rest > 0; rest %= unit, unit /= 10) {
            out.append((char) ('0' + rest / unit));
        }
    }

    private static StringBuilder text(StringBuilder out, String value) {
        return out.append(Quoted.printable(value));
    }
}
