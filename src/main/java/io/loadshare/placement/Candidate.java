package io.loadshare.placement;

import io.loadshare.host.Host;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.HostLedger;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadReport;
import java.time.Instant;
import java.util.List;

/**
 * One host as a decision sees it. Scorers and checkers behind the freshness checker may rely on {@code report} being
 * there.
 *
 * @param report the status's report, or null
 */
record Candidate(Host host, HostStatus status, LoadReport report, HostLedger ledger, Instant now) {

    Candidate(Host host, HostStatus status, HostLedger ledger, Instant now) {
        this(host, status, status.report().orElse(null), ledger, now);
    }

    /** E: runnable threads that are not loadshare's. */
    double external() {
        if (report.complete()) {
            return Math.max(0, report.runnable() - report.ownRunnable());
        }
        return Math.max(0, report.runnable() - Math.min(ownSlots(), report.runnable()));
    }

    /** O: slots of loadshare's jobs, seen by the probe or promised and not refuted by it, each once. */
    int ownSlots() {
        List<LoadReport.ObservedJob> jobs = report.jobs();
        List<Claim> claims = ledger.claims();
        int slots = 0;
        for (LoadReport.ObservedJob job : jobs) {
            if (!ledger.sawEnd(job.id())) {
                slots += job.slots();
            }
        }
        for (Claim claim : claims) {
            if (!report.shows(claim.id()) && !claim.isRefutedBy(report)) {
                slots += claim.slots();
            }
        }
        return slots;
    }

    /** How many of loadshare's jobs run or are about to. */
    int ownJobs() {
        int count = 0;
        for (LoadReport.ObservedJob job : report.jobs()) {
            count += ledger.sawEnd(job.id()) ? 0 : 1;
        }
        for (Claim claim : ledger.claims()) {
            count += report.shows(claim.id()) || claim.isRefutedBy(report) ? 0 : 1;
        }
        return count;
    }

    double capacity() {
        return report.cores() * host.speed();
    }
}
