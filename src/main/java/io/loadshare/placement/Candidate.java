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
 * A host as all decisions see it. Everything that takes work depends only on the host's status and ledger entries and
 * is computed once, when the candidate is created, so a decision over thousands of hosts only compares numbers. Figures
 * that derive from the report must not be read without a report. Immutable.
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
    private final double ownLoad;
    private final int ownSlots;
    private final int ownJobs;
    private final int openReservations;
    private final int desktops;
    private final long memoryReserved;
    private final double cores;
    private final double capacity;
    private final double load1;

    /** @param occupied the slots that another scheduler uses */
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
                && report.health().complaint().isEmpty()
                && report.health().stalled().isEmpty();
        int slots = 0;
        double busy = occupied;
        int jobs = 0;
        int reservations = 0;
        long memory = 0;
        if (report != null) {
            for (LoadReport.ObservedJob job : report.jobs()) {
                if (!ledger.sawEnd(job.id(), report)) {
                    slots += job.slots();
                    busy += Math.max(job.slots(), job.runnable());
                    jobs++;
                }
            }
            for (Claim claim : ledger.claims()) {
                memory += claim.memory() == 0 ? 0 : unusedMemory(claim);
                if (counts(claim)) {
                    slots += claim.slots();
                    busy += Math.max(1, claim.slots());
                    jobs++;
                    reservations += claim instanceof Reservation ? 1 : 0;
                }
            }
        }
        this.ownLoad = busy;
        this.ownSlots = slots;
        this.ownJobs = jobs;
        this.openReservations = reservations;
        this.desktops = report == null ? 0 : report.people().desktops().size();
        this.memoryReserved = memory;
        this.external = report == null ? 0 : Math.max(0, report.threads().runnable() - ownRunnable());
        this.cores = report == null ? 0 : report.cores();
        this.capacity = cores * host.speed();
        this.load1 = report == null ? 0 : report.loadAverage().load1();
        this.measuredAt = report == null ? 0 : nanos(report.measuredAt());
    }

    /** Returns whether the status and ledger entries of the host are still the same. */
    boolean isOf(Host sameHost, HostStatus sameStatus, HostLedger sameLedger, int sameOccupied) {
        return host == sameHost && status == sameStatus && ledger == sameLedger && occupied == sameOccupied;
    }

    /** Returns nanoseconds since 1970, limited to the range of a long (285 years). */
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

    /** Returns the report, or null. */
    LoadReport report() {
        return report;
    }

    HostLedger ledger() {
        return ledger;
    }

    /** Returns whether there is a report and only its age can rule out the host itself. */
    boolean isSound() {
        return sound;
    }

    /** Returns when the report was made, in the unit of {@link #nanos}. */
    long measuredAt() {
        return measuredAt;
    }

    /**
     * E: runnable threads that are not loadshare's. If the probe could not see all processes, each job that was running
     * is assumed to use its slots, so E is approximate.
     */
    double external() {
        return external;
    }

    /**
     * O: what loadshare's jobs use, seen by the probe or in the ledger and not refuted by it, each counted once; plus the
     * slots that another scheduler uses. A job that the probe saw uses its slots or its runnable threads, whichever is
     * more; before that, it uses its slots, or one if it has none, since nobody knows better.
     */
    double ownLoad() {
        return ownLoad;
    }

    /** The slots that loadshare's jobs hold: what counts against {@code slotsPerCore}. */
    int ownSlots() {
        return ownSlots;
    }

    /** The number of loadshare's jobs that run or are about to start. */
    int ownJobs() {
        return ownJobs;
    }

    /** The number of reservations whose jobs have neither started nor been withdrawn. */
    int openReservations() {
        return openReservations;
    }

    /** The number of VNC desktops. */
    int desktops() {
        return desktops;
    }

    /** Memory in bytes that jobs requested and do not use yet; the memory that the probe found available may be theirs. */
    long memoryReserved() {
        return memoryReserved;
    }

    double cores() {
        return cores;
    }

    /** The capacity of the host, in cores of speed 1. */
    double capacity() {
        return capacity;
    }

    /** The one-minute load average. */
    double load1() {
        return load1;
    }

    private double ownRunnable() {
        return report.threads().complete() ? report.threads().own() : slotsWhenMeasured();
    }

    /**
     * The slots of the jobs that ran when the host was measured: those that the probe saw, and those that it may have
     * missed.
     */
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

    private long unusedMemory(Claim claim) {
        LoadReport.ObservedJob seen = report.job(claim.id());
        if (seen != null) {
            return Math.max(0, claim.memory() - seen.memory());
        }
        return counts(claim) ? claim.memory() : 0;
    }

    /** Returns whether a ledger entry counts in addition to the jobs that the probe saw. */
    private boolean counts(Claim claim) {
        return !report.shows(claim.id()) && !claim.isRefutedBy(report);
    }
}
