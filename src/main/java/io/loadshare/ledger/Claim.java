package io.loadshare.ledger;

import io.loadshare.host.HostName;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Slots of a host that are promised to one job: a {@link Reservation}, and once the job was started a {@link TrackedJob}. */
public sealed interface Claim permits Reservation, TrackedJob {

    /** A job this much older than a complete report that does not show it has ended, whatever the ledger says. */
    Duration GRACE = Duration.ofSeconds(10);

    /** The job's id, the same from reservation to end. */
    String id();

    HostName host();

    /** The login name on the host. */
    String user();

    /** Cores the job will use, at least 1. */
    int slots();

    /** The license feature the job needs. */
    Optional<String> license();

    /** When the place was promised. */
    Instant placedAt();

    /** Whether a report proves that the job is gone: it saw all processes, late enough, and not this job. */
    default boolean isRefutedBy(LoadReport report) {
        return report.complete() && placedAt().plus(GRACE).isBefore(report.measuredAt()) && !report.shows(id());
    }
}
