package io.loadshare.placement;

import io.loadshare.Durations;
import io.loadshare.Timestamps;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.HostLedger;
import io.loadshare.ledger.QuickFailures;
import io.loadshare.load.HostStatus;
import io.loadshare.load.HostStatus.ScanFailure;
import io.loadshare.load.HostStatus.Suspension;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/**
 * Requires a reachable host with a recent report that is neither drained nor suspended.
 *
 * @param oldest when the oldest usable report was measured, in the unit of {@link Candidate#nanos}; the same for {@code latest}
 */
record StatusChecker(Duration maxAge, Instant now, long oldest, long latest) implements Checker {

    StatusChecker(Duration maxAge, Instant now) {
        this(
                maxAge,
                now,
                Candidate.nanos(now) - maxAge.toNanos(),
                Candidate.nanos(now) + HostStatus.CLOCK_TOLERANCE.toNanos());
    }

    @Override
    public PendingReason check(Candidate candidate) {
        boolean fresh = candidate.measuredAt() >= oldest && candidate.measuredAt() <= latest;
        return fresh && candidate.isSound() ? null : reason(candidate);
    }

    private PendingReason reason(Candidate candidate) {
        HostStatus status = candidate.status();
        if (status.drain().isPresent()) {
            return PendingReason.DRAINED;
        }
        if (status.suspension().isPresent()
                && keepsOut(status.suspension().get(), candidate.ledger(), claim -> true, now)) {
            return PendingReason.SUSPENDED;
        }
        if (status.failure().isPresent()) {
            return switch (status.failure().get().kind()) {
                case REFUSED -> PendingReason.REFUSED;
                case CONFIGURATION -> PendingReason.MISCONFIGURED;
                default -> PendingReason.UNREACHABLE;
            };
        }
        if (candidate.report() == null) {
            return PendingReason.NEVER_MEASURED;
        }
        if (!status.isFresh(now, maxAge)) {
            return candidate.report().measuredAt().isAfter(now)
                    ? PendingReason.REPORT_FROM_THE_FUTURE
                    : PendingReason.REPORT_TOO_OLD;
        }
        if (candidate.report().health().stalled().isPresent()) {
            return PendingReason.STALLED;
        }
        return candidate.report().health().complaint().isPresent() ? PendingReason.COMPLAINT : null;
    }

    /**
     * Whether a suspension holds, or the one job that has to pass after it has not yet done so.
     *
     * @param probes which jobs may be that one
     */
    static boolean keepsOut(Suspension suspension, HostLedger ledger, Predicate<Claim> probes, Instant now) {
        if (suspension.holds(now) || !suspension.asksForProbe()) {
            return suspension.holds(now);
        }
        for (Claim claim : ledger.claims()) {
            if (!claim.placedAt().isBefore(suspension.until()) && probes.test(claim)) {
                return claim.confirmedAt().plus(QuickFailures.QUICK).isAfter(now);
            }
        }
        return false;
    }

    private static String concerned(ScanFailure failure) {
        return failure.own() ? failure.by().map(by -> " for " + by).orElse("") : "";
    }

    @Override
    public String describe(Candidate candidate) {
        HostStatus status = candidate.status();
        PendingReason reason = check(candidate);
        return switch (reason) {
            case DRAINED ->
                "drained by " + status.drain().get().user() + ": "
                        + status.drain().get().reason();
            case SUSPENDED ->
                status.suspension().get().holds(now)
                        ? "suspended until "
                                + Timestamps.print(status.suspension().get().until()) + ": "
                                + status.suspension().get().reason()
                        : "gets one job at a time until one has passed: "
                                + status.suspension().get().reason();
            case UNREACHABLE, REFUSED, MISCONFIGURED ->
                (reason == PendingReason.UNREACHABLE ? "unreachable" : "not usable") + " since "
                        + Timestamps.print(status.failure().get().since())
                        + concerned(status.failure().get()) + ": "
                        + status.failure().get().reason();
            case NEVER_MEASURED -> "never measured";
            case REPORT_FROM_THE_FUTURE ->
                "report is from the future, by "
                        + Durations.print(status.age(now).get().negated()) + "; check the clocks";
            case STALLED -> "stalled: " + candidate.report().health().stalled().get();
            case COMPLAINT ->
                "check says: " + candidate.report().health().complaint().get();
            default ->
                "report is " + Durations.print(status.age(now).get()) + " old (maxAge " + Durations.print(maxAge) + ")";
        };
    }
}
