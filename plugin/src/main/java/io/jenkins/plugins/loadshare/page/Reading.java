package io.jenkins.plugins.loadshare.page;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.host.Pool;
import io.loadshare.ledger.Ticket;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The figures of a host, or of all hosts of a pool, at one moment.
 *
 * @param name the name of the host, or {@link #ofPool}
 * @param at when the newest of them was measured
 * @param jobs loadshare's jobs of all users
 * @param waiting the number of waiting requests that may use the host or the pool; NaN if unknown
 */
record Reading(String name, Instant at, double load, int jobs, double waiting) {

    /** Returns the name of the readings of a pool; no host has such a name. */
    static String ofPool(String pool) {
        return "pool:" + pool;
    }

    /**
     * Returns the readings of all hosts and pools that have a report. Reports from the future are left out.
     *
     * @param waiting the waiting requests; empty if unknown
     */
    static List<Reading> of(LoadBoard board, Optional<List<Ticket>> waiting, Instant now) {
        List<Reading> readings = new ArrayList<>();
        for (Host host : board.inventory().hosts()) {
            add(readings, host.name().value(), List.of(host.name()), board, waiting, now);
        }
        for (Pool pool : board.inventory().pools()) {
            add(readings, ofPool(pool.name()), pool.hosts(), board, waiting, now);
        }
        return readings;
    }

    private static void add(
            List<Reading> readings,
            String name,
            List<HostName> hosts,
            LoadBoard board,
            Optional<List<Ticket>> waiting,
            Instant now) {
        List<LoadReport> reports = hosts.stream()
                .map(host -> board.of(host).report())
                .flatMap(Optional::stream)
                .filter(report -> !report.measuredAt().isAfter(now.plus(HostStatus.CLOCK_TOLERANCE)))
                .toList();
        reports.stream()
                .map(LoadReport::measuredAt)
                .max(Comparator.naturalOrder())
                .ifPresent(newest -> readings.add(new Reading(
                        name,
                        newest,
                        reports.stream()
                                .mapToDouble(report -> report.loadAverage().load1())
                                .sum(),
                        reports.stream()
                                .mapToInt(report -> report.jobs().size())
                                .sum(),
                        waiting.map(tickets -> (double) waiting(tickets, Set.copyOf(hosts)))
                                .orElse(Double.NaN))));
    }

    /** Returns how many requests wait for one of these hosts. */
    static long waiting(Collection<Ticket> waiting, Set<HostName> hosts) {
        return waiting.stream()
                .filter(ticket -> ticket.needs().hosts().stream().anyMatch(hosts::contains))
                .count();
    }
}
