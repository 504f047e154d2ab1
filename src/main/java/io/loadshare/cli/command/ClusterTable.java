package io.loadshare.cli.command;

import io.loadshare.Durations;
import io.loadshare.cli.console.TextTable;
import io.loadshare.host.Host;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/** The load of Slurm pools, one line per pool, and of their nodes. */
final class ClusterTable {

    private final LoadBoard board;
    private final List<Host> clusters;
    private final Duration maxAge;
    private final Instant now;

    ClusterTable(LoadBoard board, List<Host> clusters, Duration maxAge, Instant now) {
        this.board = board;
        this.clusters = clusters;
        this.maxAge = maxAge;
        this.now = now;
    }

    /** Prints nodes up, down and drained, idle and allocated cores, and the jobs that wait for resources. */
    String print() {
        TextTable table = new TextTable(
                "POOL",
                "STATE",
                ">NODES UP",
                ">DOWN",
                ">DRAINED",
                ">CORES IDLE",
                ">ALLOCATED",
                ">JOBS PENDING",
                ">AGE",
                "REASON");
        for (Host cluster : clusters) {
            HostStatus status = board.of(cluster.name());
            LoadReport report = status.report().orElse(null);
            table.row(
                    cluster.name().value(),
                    status.state(now, maxAge).word(),
                    count(report, nodes -> !nodes.isDown() && !nodes.isDrained()),
                    count(report, LoadReport.Nodes::isDown),
                    count(report, LoadReport.Nodes::isDrained),
                    report == null
                            ? "-"
                            : Integer.toString(
                                    (int) (report.cores() - report.threads().runnable())),
                    report == null
                            ? "-"
                            : Integer.toString((int) report.threads().runnable()),
                    report == null ? "-" : Integer.toString(report.pending()),
                    status.age(now).map(Durations::print).orElse("-"),
                    reason(status));
        }
        return table.print();
    }

    private static String reason(HostStatus status) {
        return status.drain()
                .map(drain -> drain.reason())
                .or(() -> status.failure().map(failure -> failure.reason()))
                .orElse("");
    }

    private static String count(LoadReport report, Predicate<LoadReport.Nodes> which) {
        return report == null
                ? "-"
                : Integer.toString(report.nodes().stream()
                        .filter(which)
                        .mapToInt(LoadReport.Nodes::count)
                        .sum());
    }

    /** Prints the nodes; those in the same state share a line. */
    String printNodes() {
        TextTable table = new TextTable("NODES", ">COUNT", "STATE", ">CORES IDLE", ">ALLOCATED", "REASON");
        for (Host cluster : clusters) {
            board.of(cluster.name()).report().ifPresent(report -> report.nodes()
                    .forEach(nodes -> table.row(
                            nodes.names(),
                            Integer.toString(nodes.count()),
                            nodes.state(),
                            Integer.toString(nodes.idle()),
                            Integer.toString(nodes.allocated()),
                            nodes.reason())));
        }
        return table.print();
    }
}
