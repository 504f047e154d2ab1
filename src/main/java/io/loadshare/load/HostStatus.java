package io.loadshare.load;

import io.loadshare.LoadshareException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Everything known about one host.
 *
 * @param report the newest report, even if the host did not answer later
 * @param failure why the last attempt to measure it failed; absent if it succeeded
 * @param drain an administrator's decision that the host gets no new jobs
 * @param suspension why and until when the host gets no jobs
 */
public record HostStatus(
        Optional<LoadReport> report,
        Optional<ScanFailure> failure,
        Optional<Drain> drain,
        Optional<Suspension> suspension) {

    /** How far a report may be ahead of the reader's clock before it is rejected. */
    public static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

    /** Nothing is known. */
    public static final HostStatus UNKNOWN =
            new HostStatus(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Why a host could not be measured.
     *
     * @param since when it first failed after the last success
     * @param at when it failed last
     * @param kind REFUSED if the host or its key was refused, CONFIGURATION if our own configuration is the cause, otherwise
     *     UNAVAILABLE
     * @param by who tried, if that is known
     * @param own whether it concerns only the observer who tried; others may reach the host
     */
    public record ScanFailure(
            String reason, Instant since, Instant at, Kind kind, Optional<Observer> by, boolean own) {}

    /** An administrator's decision that a host gets no new jobs. */
    public record Drain(String reason, String user, Instant since) {}

    /**
     * A host kept out until {@code until}, because jobs failed on it or it comes and goes; afterwards it gets one job
     * at a time until one has passed. The longer the trouble has lasted, the longer it is kept out next time.
     *
     * @param since when the trouble began; if {@code until} is not later, it is only remembered
     */
    public record Suspension(String reason, Instant since, Instant until) {

        /** A suspect is kept out for this long. */
        public static final Duration SHORTEST = Duration.ofSeconds(10);

        /** Trouble within this time of the last counts as the same. */
        public static final Duration REMEMBERED = Duration.ofHours(1);

        public Suspension(String reason, Instant until) {
            this(reason, until, until);
        }

        /**
         * What follows from new trouble.
         *
         * @param growth how many times as long as it has been in trouble a host is kept out
         * @param longest nobody is kept out for longer without another try
         */
        public static Suspension after(
                Optional<Suspension> before, String reason, int growth, Duration longest, Instant now) {
            Instant since = before.filter(old -> old.isRemembered(now))
                    .map(Suspension::since)
                    .orElse(now);
            Duration length = Duration.between(since, now).multipliedBy(growth);
            length = length.compareTo(SHORTEST) < 0 ? SHORTEST : length;
            return new Suspension(reason, since, now.plus(length.compareTo(longest) > 0 ? longest : length));
        }

        /** Whether new trouble adds to this. */
        public boolean isRemembered(Instant now) {
            return now.isBefore(until.plus(REMEMBERED));
        }

        public boolean holds(Instant now) {
            return until.isAfter(now);
        }

        /** Whether a job has to pass before the host is trusted again. */
        public boolean asksForProbe() {
            return until.isAfter(since);
        }

        /** The same trouble, over. */
        public Suspension passed() {
            return new Suspension(reason, since, since);
        }
    }

    public static HostStatus of(LoadReport report) {
        return new HostStatus(Optional.of(report), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Returns the host's state at {@code now}, where reports are valid for {@code maxAge}. */
    public HostState state(Instant now, Duration maxAge) {
        if (drain.isPresent()) {
            return HostState.DRAINED;
        }
        if (suspension.isPresent() && suspension.get().holds(now)) {
            return HostState.SUSPENDED;
        }
        if (failure.isPresent()) {
            return HostState.UNREACHABLE;
        }
        if (report.isEmpty()) {
            return HostState.UNKNOWN;
        }
        return isFresh(now, maxAge) ? HostState.UP : HostState.STALE;
    }

    /** Returns whether decisions may use the report: it is not older than {@code maxAge} and not from the future. */
    public boolean isFresh(Instant now, Duration maxAge) {
        if (report.isEmpty() || failure.isPresent()) {
            return false;
        }
        long ageNanos = nanosBetween(report.get().measuredAt(), now);
        return ageNanos <= maxAge.toNanos() && ageNanos >= -CLOCK_TOLERANCE.toNanos();
    }

    /** Returns the age of the report; negative if it is from the future. */
    public Optional<Duration> age(Instant now) {
        return report.map(r -> Duration.between(r.measuredAt(), now));
    }

    private static long nanosBetween(Instant from, Instant to) {
        long seconds = to.getEpochSecond() - from.getEpochSecond();
        if (Math.abs(seconds) > 1_000_000_000L) {
            return seconds > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        return seconds * 1_000_000_000L + (to.getNano() - from.getNano());
    }

    public HostStatus withDrain(Optional<Drain> newDrain) {
        return new HostStatus(report, failure, newDrain, suspension);
    }

    public HostStatus withSuspension(Optional<Suspension> newSuspension) {
        return new HostStatus(report, failure, drain, newSuspension);
    }

    /** Returns the status of the same host with a new report. */
    public HostStatus withReport(LoadReport newReport) {
        return new HostStatus(Optional.of(newReport), Optional.empty(), drain, suspension);
    }

    /**
     * Returns the status of the same host after a failed measurement. It has been failing since the first of the
     * failures in a row.
     */
    public HostStatus withFailure(String reason, Instant at) {
        return withFailure(reason, at, Kind.UNAVAILABLE);
    }

    /** @param kind as in {@link ScanFailure} */
    public HostStatus withFailure(String reason, Instant at, Kind kind) {
        Instant since = failure.map(ScanFailure::since).orElse(at);
        return withFailure(new ScanFailure(reason, since, at, kind, Optional.empty(), false));
    }

    /** The same host, which did not answer. */
    public HostStatus withFailure(ScanFailure newFailure) {
        return new HostStatus(report, Optional.of(newFailure), drain, suspension);
    }

    /** Whether the host was measured, or at least tried, between two moments. */
    public boolean wasTried(Instant from, Instant to) {
        return report.filter(known -> isBetween(known.measuredAt(), from, to)).isPresent()
                || failure.filter(known -> isBetween(known.at(), from, to)).isPresent();
    }

    private static boolean isBetween(Instant time, Instant from, Instant to) {
        return !time.isBefore(from) && !time.isAfter(to);
    }
}
