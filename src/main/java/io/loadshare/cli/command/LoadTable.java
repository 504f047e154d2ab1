package io.loadshare.cli.command;

import io.loadshare.Durations;
import io.loadshare.Numbers;
import io.loadshare.cli.console.TextTable;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.load.HostState;
import io.loadshare.load.HostStatus;
import io.loadshare.load.HostTree;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.Explanation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The load of hosts, as the table of {@code load} and as its JSON. */
final class LoadTable {

    private static final int LONGEST_REASON = 100;

    private final LoadBoard board;
    private final Duration maxAge;
    private final Instant now;
    private final Map<HostName, Explanation.Line> lines = new HashMap<>();
    private final List<Host> hosts;

    /**
     * @param hosts the hosts to show, in this order
     * @param explanation the result of a request for one slot on any of them
     */
    LoadTable(LoadBoard board, List<Host> hosts, Explanation explanation, Duration maxAge, Instant now) {
        this.board = board;
        this.hosts = List.copyOf(hosts);
        this.maxAge = maxAge;
        this.now = now;
        explanation.candidates().forEach(line -> lines.put(line.host(), line));
    }

    /** @param coloured whether the states have colors, as terminals interpret them */
    String print(boolean coloured) {
        TextTable table = new TextTable(
                "HOST",
                "STATE",
                ">LOAD",
                ">CORES",
                ">FREE",
                ">JOBS",
                ">USERS",
                ">DESKTOPS",
                ">AGE",
                ">SCORE",
                "REASON");
        Map<HostState, Integer> counts = new LinkedHashMap<>();
        for (Host host : hosts) {
            HostStatus status = board.of(host.name());
            HostState state = status.state(now, maxAge);
            counts.merge(state, 1, Integer::sum);
            LoadReport report = status.report().orElse(null);
            Explanation.Line line = lines.get(host.name());
            table.row(
                    host.name().value(),
                    state.word(),
                    report == null ? "-" : Numbers.print(report.loadAverage().load1()),
                    report == null ? "-" : Numbers.print(report.cores()),
                    report == null ? "-" : Numbers.bytes(report.memory().available()),
                    report == null ? "-" : Integer.toString(report.jobs().size()),
                    report == null
                            ? "-"
                            : report.people()
                                    .users()
                                    .map(List::size)
                                    .map(Object::toString)
                                    .orElse("?"),
                    report == null
                            ? "-"
                            : Integer.toString(report.people().desktops().size()),
                    status.age(now).map(Durations::print).orElse("-"),
                    line != null && line.score().isPresent()
                            ? Numbers.print(line.score().getAsDouble())
                            : "-",
                    reason(line).map(LoadTable::shortened).orElse(""));
        }
        return (coloured ? coloured(table.print()) : table.print()) + summary(counts) + "\n";
    }

    private String coloured(String table) {
        String[] rows = table.split("\n"); // the titles come first
        for (int i = 0; i < hosts.size(); i++) {
            HostName name = hosts.get(i).name();
            HostState state = board.of(name).state(now, maxAge);
            int begin = rows[i + 1].indexOf(state.word(), name.value().length());
            int end = begin + state.word().length();
            rows[i + 1] = rows[i + 1].substring(0, begin) + "\u001b[" + colour(state) + "m" + state.word() + "\u001b[0m"
                    + rows[i + 1].substring(end);
        }
        return String.join("\n", rows) + "\n";
    }

    /**
     * Returns ISO 6429's number of the color: green for hosts that may get jobs, red for those that cannot be reached.
     */
    private static int colour(HostState state) {
        return switch (state) {
            case UP -> 32;
            case UNREACHABLE -> 31;
            default -> 33;
        };
    }

    private String summary(Map<HostState, Integer> counts) {
        List<String> parts = new ArrayList<>();
        counts.forEach((state, count) -> parts.add(count + " " + state.word()));
        return hosts.size() + (hosts.size() == 1 ? " host: " : " hosts: ") + String.join(", ", parts);
    }

    /** Returns the array of {@code load --json}, in bytes and seconds. */
    List<Object> toTree() {
        List<Object> array = new ArrayList<>();
        for (Host host : hosts) {
            Optional<Explanation.Line> line = Optional.ofNullable(lines.get(host.name()));
            OptionalDouble score = line.map(Explanation.Line::score).orElse(OptionalDouble.empty());
            Optional<String> reason = line.flatMap(Explanation.Line::refusal).map(Explanation.Refusal::words);
            array.add(HostTree.of(host.name(), board.of(host.name()), score, reason, maxAge, now));
        }
        return array;
    }

    /** Shortens a reason, since people scan a table quickly; {@code best --explain} and JSON have the whole reason. */
    private static String shortened(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON - 1) + "…";
    }

    private static Optional<String> reason(Explanation.Line line) {
        return Optional.ofNullable(line).flatMap(Explanation.Line::refusal).map(Explanation.Refusal::words);
    }
}
