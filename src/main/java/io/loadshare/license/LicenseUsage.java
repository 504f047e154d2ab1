package io.loadshare.license;

import io.loadshare.host.HostInventory;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.HostLedger;
import io.loadshare.ledger.LedgerView;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The number of jobs of each user that need one feature on each host: measured processes, and ledger entries that no
 * scan has seen yet. A host that stopped answering keeps the figures of its last report. Immutable.
 */
public final class LicenseUsage {

    private final Map<Seat, Integer> jobs;
    private final Set<Seat> reserved;

    private LicenseUsage(Map<Seat, Integer> jobs, Set<Seat> reserved) {
        this.jobs = jobs;
        this.reserved = reserved;
    }

    /** Returns the usage of a feature by all users. */
    public static LicenseUsage of(LicenseFeature feature, LoadBoard board, LedgerView view) {
        Map<Seat, Integer> seen = new HashMap<>();
        Map<Seat, Integer> unseen = new HashMap<>();
        for (Claim claim : view.claims()) {
            if (!claim.licenses().contains(feature.name())) {
                continue;
            }
            LoadReport report = board.of(claim.host()).report().orElse(null);
            if (report != null && claim.isRefutedBy(report)) {
                continue;
            }
            boolean shown = report != null && report.shows(claim.id());
            (shown ? seen : unseen).merge(new Seat(claim.user(), claim.host()), 1, Integer::sum);
        }
        Set<Seat> reserved = new HashSet<>(seen.keySet());
        reserved.addAll(unseen.keySet());
        Map<Seat, Integer> jobs = seen;
        HostInventory inventory = board.inventory();
        for (int i = 0; i < inventory.size(); i++) {
            addMeasured(feature, inventory.at(i).name(), board.at(i), view.at(i), jobs);
        }
        unseen.forEach((seat, count) -> jobs.merge(seat, count, Integer::sum));
        return new LicenseUsage(jobs, reserved);
    }

    /**
     * A claim and the process that it started are one job, so the larger count is used. Processes of jobs that have
     * ended since do not count.
     */
    private static void addMeasured(
            LicenseFeature feature, HostName host, HostStatus status, HostLedger ledger, Map<Seat, Integer> jobs) {
        if (status.report().isEmpty()) {
            return;
        }
        LoadReport report = status.report().get();
        for (LoadReport.LicenseHolder holder : report.licenses()) {
            if (!holder.license().equals(feature.name())) {
                continue;
            }
            int left = holder.processes() - ended(feature, holder.user(), report, ledger);
            if (left > 0) {
                jobs.merge(new Seat(holder.user(), host), left, Math::max);
            }
        }
    }

    /** Returns how many of the user's jobs in a report have ended since. */
    private static int ended(LicenseFeature feature, String user, LoadReport report, HostLedger ledger) {
        int count = 0;
        for (HostLedger.EndedJob end : ledger.recentEnds()) {
            Claim claim = end.job();
            count += claim.user().equals(user)
                            && claim.licenses().contains(feature.name())
                            && report.shows(claim.id())
                            && ledger.sawEnd(claim.id(), report)
                    ? 1
                    : 0;
        }
        return count;
    }

    /** Returns the number of a user's jobs on all hosts that need the feature. */
    public int jobs(String user) {
        int sum = 0;
        for (Map.Entry<Seat, Integer> entry : jobs.entrySet()) {
            sum += entry.getKey().user().equals(user) ? entry.getValue() : 0;
        }
        return sum;
    }

    /** Returns the number of hosts on which a user holds a seat. */
    public int hosts(String user) {
        return (int)
                jobs.keySet().stream().filter(seat -> seat.user().equals(user)).count();
    }

    public boolean holds(Seat seat) {
        return jobs.containsKey(seat);
    }

    /** Returns the seats of ledger entries, whether or not a process that holds them was measured. */
    public Set<Seat> reserved() {
        return Collections.unmodifiableSet(reserved);
    }

    /** Returns the number of jobs for each seat. */
    public Map<Seat, Integer> bySeat() {
        return Collections.unmodifiableMap(jobs);
    }
}
