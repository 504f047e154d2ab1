package io.loadshare.placement;

import io.loadshare.host.Host;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.HostLedger;
import io.loadshare.ledger.Reservation;
import io.loadshare.ledger.TrackedJob;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadReport;
import java.time.Instant;

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

    /**
     * E: runnable threads that are not loadshare's. Where the probe could not see all processes, every job that ran when
     * it looked is taken to have used its slots, so E is approximate.
     */
    double external() {
        double own = report.complete() ? report.ownRunnable() : slotsWhenMeasured();
        return Math.max(0, report.runnable() - own);
    }

    /** Slots of the jobs that ran when the host was measured: those the probe saw, and those it may not have seen. */
    private int slotsWhenMeasured() {
        int slots = 0;
        for (LoadReport.ObservedJob job : report.jobs()) {
            slots += job.slots();
        }
        for (Claim claim : ledger.claims()) {
            if (claim instanceof TrackedJob job && job.startedAt().isBefore(report.measuredAt()) && counts(job)) {
                slots += job.slots();
            }
        }
        return slots;
    }

    /** O: slots of loadshare's jobs, seen by the probe or promised and not refuted by it, each once. */
    int ownSlots() {
        int slots = 0;
        for (LoadReport.ObservedJob job : report.jobs()) {
            slots += ledger.sawEnd(job.id(), report) ? 0 : job.slots();
        }
        for (Claim claim : ledger.claims()) {
            slots += counts(claim) ? claim.slots() : 0;
        }
        return slots;
    }

    /** Whether a promise counts besides the jobs that the probe saw. */
    private boolean counts(Claim claim) {
        return !report.shows(claim.id()) && !claim.isRefutedBy(report);
    }

    /** How many of loadshare's jobs run or are about to. */
    int ownJobs() {
        int count = 0;
        for (LoadReport.ObservedJob job : report.jobs()) {
            count += ledger.sawEnd(job.id(), report) ? 0 : 1;
        }
        for (Claim claim : ledger.claims()) {
            count += counts(claim) ? 1 : 0;
        }
        return count;
    }

    /** Places promised to jobs that have neither started nor been given up. */
    int openReservations() {
        int count = 0;
        for (Claim claim : ledger.claims()) {
            count += claim instanceof Reservation && counts(claim) ? 1 : 0;
        }
        return count;
    }

    double capacity() {
        return report.cores() * host.speed();
    }
}
