package io.loadshare.ledger;

import io.loadshare.host.HostName;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** Slots of a host that are promised to one job: a {@link Reservation}, and once the job was started a {@link TrackedJob}. */
public sealed interface Claim permits Reservation, TrackedJob {

    /** A job this much older than a complete report that does not show it has ended, whatever the ledger says. */
    Duration GRACE = Duration.ofSeconds(10);

    /** A place this long promised and not taken is void: who asked for it is gone. */
    Duration LAPSE = Duration.ofMinutes(5);

    /** An id is one word of a command line and the name of a directory. */
    Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    /** The job's id, the same from reservation to end. */
    String id();

    HostName host();

    /** The login name on the host. */
    String user();

    /** Cores the job will use, at least 1. */
    int slots();

    /** Bytes of memory the job asked for; 0 if it asked for none. */
    long memory();

    /** The license feature the job needs. */
    Optional<String> license();

    /** Who started the job and what it runs; empty if that says nothing about the host, which was asked for by name. */
    Optional<JobOrigin> origin();

    /** When the place was promised. */
    Instant placedAt();

    /** The last sign of life the ledger knows of: when the job was started, or else when its place was promised. */
    Instant confirmedAt();

    /**
     * Whether a report proves that the job is gone: it does not show the job although it saw the processes of all users,
     * late enough; or the host has booted since; or, of a place not taken, the report came after it lapsed.
     */
    default boolean isRefutedBy(LoadReport report) {
        Instant expected = confirmedAt().plus(GRACE);
        boolean gone = report.complete() && expected.isBefore(report.measuredAt())
                || expected.isBefore(report.bootedAt())
                || this instanceof Reservation && placedAt().plus(LAPSE).isBefore(report.measuredAt());
        return gone && !report.shows(id());
    }
}
