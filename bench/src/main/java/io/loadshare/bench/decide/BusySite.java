package io.loadshare.bench.decide;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.Reservation;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A typical site at one moment: hosts of 4 cores with up to 4 jobs each, some of which ended or started since the
 * report; up to 16 jobs that ended within the last hour; and on every fifth host a thread of another user. Equal sizes
 * give equal sites.
 */
final class BusySite {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    final HostInventory inventory;
    final LoadBoard board;
    final LedgerView ledger;

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<LedgerRecord> records = new ArrayList<>();
    private int jobs;

    BusySite(int hosts) {
        inventory = new HostInventory(
                IntStream.range(0, hosts).mapToObj(i -> Host.named("host" + i)).toList(), List.of());
        Map<HostName, HostStatus> statuses = new HashMap<>();
        for (Host host : inventory.hosts()) {
            statuses.put(host.name(), HostStatus.of(populate(host.name())));
        }
        board = LoadBoard.of(inventory, statuses);
        ledger = LedgerView.empty(inventory).fold(records);
    }

    /** Returns the history that produces the ledger. */
    List<LedgerRecord> records() {
        return List.copyOf(records);
    }

    /** Writes the host's history to the ledger and returns its report. */
    private LoadReport populate(HostName host) {
        Instant measured = NOW.minusSeconds(random.nextInt(300));
        int ended = random.nextInt(17);
        for (int i = 0; i < ended; i++) {
            String id = start(host, NOW.minusSeconds(7000));
            end(id, NOW.minusSeconds(400 + random.nextInt(3000)));
        }
        List<LoadReport.ObservedJob> seen = new ArrayList<>();
        int shown = random.nextInt(5);
        for (int i = 0; i < shown; i++) {
            String id = start(host, measured.minusSeconds(200));
            seen.add(new LoadReport.ObservedJob(id, 1, "user" + jobs % 24, 1));
            if (random.nextInt(5) == 0) {
                end(id, NOW);
            }
        }
        if (random.nextInt(3) == 0) {
            start(host, NOW);
        }
        return report(host, measured, seen, random.nextInt(5) == 0 ? 1 : 0);
    }

    private String start(HostName host, Instant at) {
        String id = "job-" + jobs++;
        Reservation reservation = new Reservation(id, host, "user" + jobs % 24, 1, List.of("matlab"), at);
        records.add(new LedgerRecord.Reserved(reservation));
        records.add(new LedgerRecord.Started(id, at));
        return id;
    }

    private void end(String id, Instant at) {
        records.add(new LedgerRecord.Ended(id, 0, Duration.ofMinutes(10), at));
    }

    private static LoadReport report(
            HostName host, Instant measured, List<LoadReport.ObservedJob> jobs, double external) {
        double load = jobs.size() + external;
        return new LoadReport(
                host,
                measured,
                new LoadReport.Boot("boot", Duration.ofDays(1)),
                new LoadReport.LoadAverage(load, load, load, jobs.size(), 300),
                4,
                new LoadReport.Memory(16L << 30, 8L << 30),
                new LoadReport.Threads(jobs.size() + external, jobs.size(), true),
                jobs,
                new LoadReport.People(Optional.of(List.of()), List.of()),
                List.of(),
                LoadReport.Health.GOOD,
                false,
                List.of());
    }
}
