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
 * One host as decisions see it, whatever they ask and whenever. All that needs work follows from the host's status and
 * promises alone and is done once, when the candidate is made, so that a decision over thousands of hosts only compares
 * numbers. What derives from the report must not be asked for without one. Immutable.
 */
final class Candidate {

    private final Host host;
    private final HostStatus status;
    private final HostLedger ledger;
    private final int occupied;
    private final LoadReport report;
    private final boolean sound;
    private final long measuredAt;
    private final double external;
    private final int ownSlots;
    private final int ownJobs;
    private final int openReservations;
    private final long memoryPromised;
    private final double capacity;
    private final double load1;

    /** @param occupied slots that another scheduler has taken */
    Candidate(Host host, HostStatus status, HostLedger ledger, int occupied) {
        this.host = host;
        this.status = status;
        this.ledger = ledger;
        this.occupied = occupied;
        this.report = status.report().orElse(null);
        this.sound = report != null
                && status.drain().isEmpty()
                && status.suspension().isEmpty()
                && status.failure().isEmpty()
                && report.complaint().isEmpty();
        int slots = occupied;
        int jobs = 0;
        int reservations = 0;
        long memory = 0;
        if (report != null) {
            for (LoadReport.ObservedJob job : report.jobs()) {
                if (!ledger.sawEnd(job.id(), report)) {
                    slots += job.slots();
                    jobs++;
                }
            }
            for (Claim claim : ledger.claims()) {
                if (counts(claim)) {
                    slots += claim.slots();
                    jobs++;
                    memory += claim.memory();
                    reservations += claim instanceof Reservation ? 1 : 0;
                }
            }
        }
        this.ownSlots = slots;
        this.ownJobs = jobs;
        this.openReservations = reservations;
        this.memoryPromised = memory;
        this.external = report == null ? 0 : Math.max(0, report.runnable() - ownRunnable());
        this.capacity = report == null ? 0 : report.cores() * host.speed();
        this.load1 = report == null ? 0 : report.load1();
        this.measuredAt = report == null ? 0 : nanos(report.measuredAt());
    }

    /** Whether this is still all that is known of the host. */
    boolean isOf(Host sameHost, HostStatus sameStatus, HostLedger sameLedger, int sameOccupied) {
        return host == sameHost && status == sameStatus && ledger == sameLedger && occupied == sameOccupied;
    }

    /** Nanoseconds since 1970; of what is more than 285 years away, the farthest that a long can tell. */
    static long nanos(Instant instant) {
        long seconds = Math.max(-9_000_000_000L, Math.min(instant.getEpochSecond(), 9_000_000_000L));
        return seconds * 1_000_000_000L + instant.getNano();
    }

    Host host() {
        return host;
    }

    HostStatus status() {
        return status;
    }

    /** The status's report, or null. */
    LoadReport report() {
        return report;
    }

    HostLedger ledger() {
        return ledger;
    }

    /** Whether there is a report, and nothing but its age can speak against the host itself. */
    boolean isSound() {
        return sound;
    }

    /** When the report was made, as {@link #nanos} tells it. */
    long measuredAt() {
        return measuredAt;
    }

    /**
     * E: runnable threads that are not loadshare's. Where the probe could not see all processes, every job that ran when
     * it looked is taken to have used its slots, so E is approximate.
     */
    double external() {
        return external;
    }

    /** O: slots of loadshare's jobs, seen by the probe or promised and not refuted by it, each once; and those occupied. */
    int ownSlots() {
        return ownSlots;
    }

    /** How many of loadshare's jobs run or are about to. */
    int ownJobs() {
        return ownJobs;
    }

    /** Places promised to jobs that have neither started nor been given up. */
    int openReservations() {
        return openReservations;
    }

    /** Bytes that jobs asked for which the probe has not seen, so that what it found available may be theirs. */
    long memoryPromised() {
        return memoryPromised;
    }

    /** What the host can do at once, in cores of speed 1. */
    double capacity() {
        return capacity;
    }

    /** The one-minute load average. */
    double load1() {
        return load1;
    }

    private double ownRunnable() {
        return report.complete() ? report.ownRunnable() : slotsWhenMeasured();
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

    /** Whether a promise counts besides the jobs that the probe saw. */
    private boolean counts(Claim claim) {
        return !report.shows(claim.id()) && !claim.isRefutedBy(report);
    }
}
