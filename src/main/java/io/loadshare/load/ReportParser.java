package io.loadshare.load;

import io.loadshare.LoadshareException;
import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Parses the text of one report; {@link ReportText} describes the format. Used once, by one thread. */
final class ReportParser {

    private static final int MAX_LINE = 4096;
    private static final String[] REQUIRED = {
        "bootId",
        "uptime",
        "load1",
        "load5",
        "load15",
        "running",
        "total",
        "cores",
        "memoryTotal",
        "memoryAvailable",
        "runnable",
        "ownRunnable",
        "complete"
    };

    private final String source;
    private final Map<String, String> values = new LinkedHashMap<>(32);
    private final List<LoadReport.ObservedJob> jobs = new ArrayList<>(0);
    private final List<String> users = new ArrayList<>(0);
    private final List<LoadReport.Desktop> desktops = new ArrayList<>(0);
    private final List<LoadReport.LicenseHolder> licenses = new ArrayList<>(0);
    private final List<LoadReport.Nodes> nodes = new ArrayList<>(0);

    ReportParser(String source) {
        this.source = source;
    }

    ReportParser parse(String text, int from, int to) {
        if (to - from > ReportText.MAX_BYTES) {
            throw damaged("has " + (to - from) + " characters (at most " + ReportText.MAX_BYTES + " allowed)");
        }
        int position = checkHeader(text, from, to);
        String last = "";
        while (position < to) {
            int end = endOfLine(text, position, to);
            if (end - position > MAX_LINE) {
                throw damaged(
                        "contains a line of " + (end - position) + " characters (at most " + MAX_LINE + " allowed)");
            }
            last = text.substring(position, end);
            position = end + 1;
            if (last.equals(ReportText.END)) {
                break;
            }
            take(last);
        }
        if (!last.equals(ReportText.END)) {
            throw damaged("is cut off: the last line must be '" + ReportText.END + "', found " + quoted(last));
        }
        if (position < to) {
            throw damaged("continues after '" + ReportText.END + "' with "
                    + quoted(text.substring(position, endOfLine(text, position, to))));
        }
        return this;
    }

    private int checkHeader(String text, int from, int to) {
        int end = endOfLine(text, from, to);
        String first = text.substring(from, Math.min(end, from + MAX_LINE));
        if (!first.startsWith(ReportText.HEADER)) {
            throw damaged("is not a report: the first line must be '" + ReportText.HEADER + ReportText.VERSION
                    + "', found " + quoted(first));
        }
        String version = first.substring(ReportText.HEADER.length());
        if (integer("format version", version) > ReportText.VERSION) {
            throw new NewerFormatException(source, version, ReportText.VERSION);
        }
        return end + 1;
    }

    private static int endOfLine(String text, int position, int to) {
        int end = text.indexOf('\n', position);
        return end < 0 || end > to ? to : end;
    }

    private void take(String line) {
        int equals = line.indexOf('=');
        if (equals < 1) {
            throw damaged("contains a line that is not key=value: " + quoted(line));
        }
        String key = line.substring(0, equals);
        String value = line.substring(equals + 1);
        switch (key) {
            case "job" -> {
                String[] fields = value.chars().filter(c -> c == '\t').count() == 3
                        ? fields(key, value + "\t0", 5) // without memory, as before
                        : fields(key, value, 5);
                jobs.add(new LoadReport.ObservedJob(
                        word("job's id", fields[0]),
                        count("job's slots", fields[1]),
                        word("job's user", fields[2]),
                        decimal("job's threads", fields[3]),
                        integer("job's memory", fields[4])));
            }
            case "user" -> users.add(word(key, value));
            case "desktop" -> {
                String[] fields = value.chars().filter(c -> c == '\t').count() == 1
                        ? fields(key, value + "\t-\t-", 4) // without times, as before
                        : fields(key, value, 4);
                desktops.add(new LoadReport.Desktop(
                        word("desktop's user", fields[0]),
                        word("display", fields[1]),
                        seconds("desktop's age", fields[2]),
                        seconds("desktop's idle time", fields[3])));
            }
            case "nodes" -> {
                String[] fields = fields(key, value, 6);
                nodes.add(new LoadReport.Nodes(
                        word("names of nodes", fields[0]),
                        count("number of nodes", fields[1]),
                        word("state of nodes", fields[2]),
                        count("allocated cores", fields[3]),
                        count("idle cores", fields[4]),
                        Quoted.printable(fields[5])));
            }
            case "license" -> {
                String[] fields = fields(key, value, 3);
                licenses.add(new LoadReport.LicenseHolder(
                        word("license", fields[0]),
                        word("license's user", fields[1]),
                        count("license's processes", fields[2])));
            }
            default -> {
                if (values.putIfAbsent(key, value) != null) {
                    throw damaged("has '" + key + "' twice");
                }
            }
        }
    }

    private String[] fields(String key, String value, int count) {
        String[] fields = new String[count];
        int position = 0;
        for (int i = 0; i < count; i++) {
            int tab = value.indexOf('\t', position);
            if ((tab < 0) != (i == count - 1)) {
                throw damaged(key + " must have " + count + " fields separated by tabs, found " + quoted(value));
            }
            fields[i] = value.substring(position, tab < 0 ? value.length() : tab);
            position = tab + 1;
        }
        return fields;
    }

    LoadReport report() {
        requireAll("host", "measured");
        HostName host;
        try {
            host = new HostName(values.get("host"));
        } catch (IllegalArgumentException e) {
            throw damaged(e.getMessage());
        }
        return report(host, Instant.ofEpochMilli(millis("measured")));
    }

    LoadReport report(HostName host, Instant measuredAt) {
        requireAll(REQUIRED);
        try {
            return new LoadReport(
                    host,
                    measuredAt,
                    new LoadReport.Boot(word("bootId", values.get("bootId")), Duration.ofMillis(millis("uptime"))),
                    new LoadReport.LoadAverage(
                            decimal("load1"), decimal("load5"), decimal("load15"), count("running"), count("total")),
                    decimal("cores"),
                    new LoadReport.Memory(integer("memoryTotal"), integer("memoryAvailable")),
                    new LoadReport.Threads(decimal("runnable"), decimal("ownRunnable"), complete()),
                    jobs,
                    new LoadReport.People(knownUsers(), desktops),
                    licenses,
                    new LoadReport.Health(
                            sentence("complaint"),
                            sentence("stalled"),
                            new LoadReport.Pressure(percentage("pressureIo"), percentage("pressureMemory"))),
                    values.getOrDefault("agent", "no").equals("yes"),
                    nodes);
        } catch (IllegalArgumentException e) {
            throw damaged(e.getMessage());
        }
    }

    private void requireAll(String... keys) {
        List<String> missing = new ArrayList<>(0);
        for (String key : keys) {
            if (!values.containsKey(key)) {
                missing.add(key);
            }
        }
        if (!missing.isEmpty()) {
            throw damaged("lacks " + String.join(", ", missing) + " (found "
                    + (values.isEmpty() ? "nothing" : quoted(String.join(", ", values.keySet()))) + ")");
        }
    }

    private OptionalDouble percentage(String key) {
        return values.containsKey(key) ? OptionalDouble.of(decimal(key)) : OptionalDouble.empty();
    }

    private Optional<String> sentence(String key) {
        String value = values.get(key);
        return value == null ? Optional.empty() : Optional.of(Quoted.printable(value));
    }

    private boolean complete() {
        String value = values.get("complete");
        if (!value.equals("yes") && !value.equals("no")) {
            throw mustBe("complete", "yes or no", value);
        }
        return value.equals("yes");
    }

    private Optional<List<String>> knownUsers() {
        if (!values.containsKey("users") && users.isEmpty()) {
            return Optional.empty();
        }
        requireAll("users");
        if (count("users") != users.size()) {
            throw damaged("has users=" + values.get("users") + " but lists " + users.size());
        }
        return Optional.of(users);
    }

    private String word(String what, String value) {
        if (value.isEmpty()) {
            throw mustBe(what, "not empty", value);
        }
        return Quoted.printable(value);
    }

    private Optional<Duration> seconds(String what, String value) {
        return value.equals("-") ? Optional.empty() : Optional.of(Duration.ofSeconds(integer(what, value)));
    }

    private long millis(String key) {
        return Math.round(decimal(key) * 1e3);
    }

    private double decimal(String key) {
        return decimal(key, values.get(key));
    }

    private long integer(String key) {
        return integer(key, values.get(key));
    }

    private int count(String key) {
        return count(key, values.get(key));
    }

    private int count(String what, String value) {
        long number = integer(what, value);
        if (number > Integer.MAX_VALUE) {
            throw mustBe(what, "at most " + Integer.MAX_VALUE, value);
        }
        return (int) number;
    }

    private long integer(String what, String value) {
        int length = value.length();
        long number = 0;
        for (int i = 0; i < length; i++) {
            number = number * 10 + digit(what, "a whole number", value, i);
        }
        if (length == 0 || length > 18) {
            throw mustBe(what, "a whole number of 1 to 18 digits", value);
        }
        return number;
    }

    /**
     * Digits and at most one point, 15 digits in all: the quotient of two exact doubles is the double nearest to the
     * decimal number.
     */
    private double decimal(String what, String value) {
        int point = value.indexOf('.');
        if (point < 0) {
            return integer(what, value);
        }
        int decimals = value.length() - point - 1;
        if (point == 0 || decimals == 0 || value.length() > 16) {
            throw mustBe(what, "a number like 0.5 of at most 15 digits", value);
        }
        long digits = 0;
        long unit = 1;
        for (int i = 0; i < value.length(); i++) {
            if (i != point) {
                digits = digits * 10 + digit(what, "a number like 0.5", value, i);
                unit *= i > point ? 10 : 1;
            }
        }
        return (double) digits / unit;
    }

    private int digit(String what, String rule, String value, int position) {
        int digit = value.charAt(position) - '0';
        if (digit < 0 || digit > 9) {
            throw mustBe(what, rule, value);
        }
        return digit;
    }

    private LoadshareException mustBe(String what, String rule, String found) {
        return damaged(what + " must be " + rule + ", found " + quoted(found));
    }

    private LoadshareException damaged(String what) {
        return new LoadshareException(LoadshareException.Kind.DATA, source + ": " + what);
    }

    private static String quoted(String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return "'" + Quoted.printable(shown) + "'";
    }
}
