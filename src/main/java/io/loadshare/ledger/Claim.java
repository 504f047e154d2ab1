package io.loadshare.ledger;

import io.loadshare.host.HostName;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The slots of a host held by one job: a {@link Reservation} before its start, a {@link TrackedJob} after it. */
public sealed interface Claim permits Reservation, TrackedJob {

    int LONGEST_ID = 64;

    /** A job that started this long before a complete report and is missing from it has ended. */
    Duration GRACE = Duration.ofSeconds(10);

    /** A reservation that is not used within this time lapses: its owner is gone. */
    Duration LAPSE = Duration.ofMinutes(5);

    /**
     * Returns whether the text is a job ID: one word of a command line and the name of a directory, of 1 to 64 of a-z, 0-9
     * and {@code -}, which does not begin with {@code -}.
     */
    static boolean isId(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && (c != '-' || i == 0)) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= LONGEST_ID;
    }

    /** The job's ID, the same from reservation to end. */
    String id();

    HostName host();

    /** The login name on the host. */
    String user();

    /** The number of cores the job will use; 0 for a job that never waits for a free slot. */
    int slots();

    /** The requested memory in bytes; 0 if none was requested. */
    long memory();

    /** The names of the license features the job needs. */
    List<String> licenses();

    /** Who started the job and what it runs; empty if its user asked for this host by name. */
    Optional<JobOrigin> origin();

    /** When the slots were reserved. */
    Instant placedAt();

    /** The last sign of life on record: when the job was started, or otherwise when its slots were reserved. */
    Instant confirmedAt();

    /**
     * Returns whether a report proves that the job is gone: the report saw the processes of all users, late enough, and
     * the job is not among them; or the host has booted since; or the claim is a reservation that lapsed before the
     * report.
     */
    default boolean isRefutedBy(LoadReport report) {
        Instant expected = confirmedAt().plus(GRACE);
        boolean gone = report.threads().complete() && expected.isBefore(report.measuredAt())
                || expected.isBefore(report.bootedAt())
                || this instanceof Reservation && placedAt().plus(LAPSE).isBefore(report.measuredAt());
        return gone && !report.shows(id());
    }
}
