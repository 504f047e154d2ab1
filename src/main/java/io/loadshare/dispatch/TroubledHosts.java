package io.loadshare.dispatch;

import io.loadshare.Failure;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.QuickFailures;
import io.loadshare.ledger.QuickFailures.Verdict;
import io.loadshare.load.HostStatus;
import io.loadshare.load.HostStatus.Suspension;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Suspends hosts on which everything dies ({@link QuickFailures}), and those that come and go: for ten seconds, and if that
 * did not help for sixty times as long as the trouble has lasted, up to an hour or, where jobs can run, ten minutes. Then a host gets one job at a time
 * ({@code placement} sees to that), and once one has passed it is as good as any. To come back once is no trouble yet, only
 * remembered. Whoever records ends of jobs, or publishes scans, tells it here. Any thread may call.
 */
public final class TroubledHosts {

    private static final Duration LONGEST_FAILING = Duration.ofHours(1);
    private static final Duration LONGEST_FLAPPING = Duration.ofMinutes(10);

    private final Suspensions suspensions;
    private final InstantSource clock;
    private final Consumer<String> told;

    /** @param told is told in a line each who is suspended and why, and what went wrong with that */
    public TroubledHosts(Suspensions suspensions, InstantSource clock, Consumer<String> told) {
        this.suspensions = suspensions;
        this.clock = clock;
        this.told = told;
    }

    /**
     * A job has ended.
     *
     * @param view what is promised after that
     */
    void ended(LedgerView view, Claim job, LedgerRecord.Ended end) {
        Verdict verdict = QuickFailures.verdict(end);
        HostName host = job.host();
        if (verdict == Verdict.FAILED) {
            QuickFailures.blame(view, host, clock.instant())
                    .ifPresent(reason -> suspend(host, reason, LONGEST_FAILING));
        } else if (verdict == Verdict.PASSED) {
            attempt(() -> known(host)
                    .filter(Suspension::asksForProbe)
                    .filter(known -> !job.placedAt().isBefore(known.until()))
                    .ifPresent(known -> suspensions.suspend(host, known.passed())));
        }
    }

    /**
     * A host was measured.
     *
     * @param before what was known of it
     */
    public void measured(HostStatus before, LoadReport report) {
        boolean wasAway = before.failure().filter(failure -> !failure.refused()).isPresent();
        boolean rebooted = before.report()
                .filter(old -> !old.bootId().equals(report.bootId()))
                .isPresent();
        if (!wasAway && !rebooted) {
            return;
        }
        String what = rebooted ? "rebooted" : "unreachable and back";
        attempt(() -> {
            Instant now = clock.instant();
            if (known(report.host()).filter(known -> known.isRemembered(now)).isPresent()) {
                suspend(report.host(), "comes and goes: " + what + " again", LONGEST_FLAPPING);
            } else {
                suspensions.suspend(report.host(), new Suspension(what, now, now));
            }
        });
    }

    private Optional<Suspension> known(HostName host) {
        return Optional.ofNullable(suspensions.suspensions().get(host));
    }

    private void suspend(HostName host, String reason, Duration longest) {
        attempt(() -> {
            Suspension next = Suspension.after(known(host), reason, longest, clock.instant());
            suspensions.suspend(host, next);
            told.accept(host + " is suspended until " + next.until() + ": " + reason);
        });
    }

    /** Nobody's job shall fail because a host could not be suspended. */
    private void attempt(Runnable change) {
        try {
            change.run();
        } catch (Failure e) {
            told.accept("cannot keep in mind which hosts are in trouble: " + e.getMessage());
        }
    }
}
