package io.jenkins.plugins.loadshare.page;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.host.Pool;
import io.loadshare.ledger.Ticket;
import io.loadshare.load.HostState;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a host, or of all hosts of a pool that are up, at one moment; NaN for unknown ones.
 *
 * @param name the name of the host, or {@link #ofPool}
 * @param jobs the number of loadshare's jobs of all users
 * @param waiting the number of waiting requests that may use the host or the pool
 */
record Reading(String name, Instant at, double load, double jobs, double waiting) {

    /** Returns the name of the readings of a pool; no host has such a name. */
    static String ofPool(String pool) {
        return "pool:" + pool;
    }

    /**
     * Returns the loads and jobs of all hosts and pools that have a report. Reports from the future are left out.
     *
     * @param maxAge the age from which a report is too old for the sums of a pool
     */
    static List<Reading> ofLoad(LoadBoard board, Duration maxAge, Instant now) {
        List<Reading> readings = new ArrayList<>();
        for (Host host : board.inventory().hosts()) {
            board.of(host.name())
                    .report()
                    .filter(report -> isPast(report, now))
                    .ifPresent(report -> readings.add(ofLoad(host.name().value(), List.of(report))));
        }
        for (Pool pool : board.inventory().pools()) {
            List<LoadReport> up = up(pool, board, maxAge, now);
            if (!up.isEmpty()) {
                readings.add(ofLoad(ofPool(pool.name()), up));
            }
        }
        return readings;
    }

    /** Returns the reports of the hosts of a pool that were up when the newest of them was measured. */
    private static List<LoadReport> up(Pool pool, LoadBoard board, Duration maxAge, Instant now) {
        Optional<Instant> newest = pool.hosts().stream()
                .flatMap(host -> board.of(host).report().stream())
                .filter(report -> isPast(report, now))
                .map(LoadReport::measuredAt)
                .max(Comparator.naturalOrder());
        return newest.map(at -> pool.hosts().stream()
                        .map(board::of)
                        .filter(status -> status.state(at, maxAge) == HostState.UP)
                        .flatMap(status -> status.report().stream())
                        .filter(report -> isPast(report, now))
                        .toList())
                .orElse(List.of());
    }

    private static boolean isPast(LoadReport report, Instant now) {
        return !report.measuredAt().isAfter(now.plus(HostStatus.CLOCK_TOLERANCE));
    }

    private static Reading ofLoad(String name, List<LoadReport> reports) {
        return new Reading(
                name,
                reports.stream()
                        .map(LoadReport::measuredAt)
                        .max(Comparator.naturalOrder())
                        .orElseThrow(),
                sum(reports, report -> report.loadAverage().load1()),
                sum(reports, report -> report.jobs().size()),
                Double.NaN);
    }

    private static double sum(List<LoadReport> reports, ToDoubleFunction<LoadReport> figure) {
        return reports.stream().mapToDouble(figure).sum();
    }

    /** Returns the numbers of waiting requests of all hosts and pools now. */
    static List<Reading> ofQueue(LoadBoard board, Collection<Ticket> waiting, Instant now) {
        Map<HostName, Integer> byHost = new HashMap<>();
        waiting.forEach(ticket -> ticket.needs().hosts().forEach(host -> byHost.merge(host, 1, Integer::sum)));
        List<Reading> readings = new ArrayList<>();
        for (Host host : board.inventory().hosts()) {
            readings.add(ofQueue(host.name().value(), now, byHost.getOrDefault(host.name(), 0)));
        }
        for (Pool pool : board.inventory().pools()) {
            readings.add(ofQueue(ofPool(pool.name()), now, waiting(waiting, Set.copyOf(pool.hosts()))));
        }
        return readings;
    }

    private static Reading ofQueue(String name, Instant now, long waiting) {
        return new Reading(name, now, Double.NaN, Double.NaN, waiting);
    }

    /** Returns how many requests wait for one of these hosts. */
    static long waiting(Collection<Ticket> waiting, Set<HostName> hosts) {
        return waiting.stream()
                .filter(ticket -> ticket.needs().hosts().stream().anyMatch(hosts::contains))
                .count();
    }
}
