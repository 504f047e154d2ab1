package io.loadshare.scan;

import io.loadshare.LoadshareException;
import io.loadshare.Timestamps;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.QuickFailures;
import io.loadshare.ledger.QuickFailures.Verdict;
import io.loadshare.load.HostStatus;
import io.loadshare.load.HostStatus.Suspension;
import io.loadshare.load.LoadReport;
import io.loadshare.load.Observer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Suspends hosts for everybody: those on which the jobs of several owners die ({@link QuickFailures}), and those that come
 * and go. For ten seconds, and if that did not help for longer, the longer the trouble has lasted. Then a host gets one job
 * at a time ({@code placement} ensures that), and once one has passed it is as good as any. Coming back once is only
 * remembered. Whoever records ends of jobs, or publishes scans, reports it here. Any thread may call.
 */
public final class TroubledHosts {

    private enum Trouble {
        /** Whatever is started is lost. */
        FAILING(QuickFailures.GROWTH, QuickFailures.LONGEST),

        /** Jobs can run, and it may be the one who measures that is slow. */
        FLAPPING(1, Duration.ofMinutes(10));

        private final int growth;
        private final Duration longest;

        Trouble(int growth, Duration longest) {
            this.growth = growth;
            this.longest = longest;
        }
    }

    private final Suspensions suspensions;
    private final InstantSource clock;
    private final UnaryOperator<String> lifting;
    private final Consumer<String> told;

    /**
     * @param lifting how to end the suspension of the host with this name, in words
     * @param told receives one line for each suspension with its reason, and what went wrong with that
     */
    public TroubledHosts(
            Suspensions suspensions, InstantSource clock, UnaryOperator<String> lifting, Consumer<String> told) {
        this.suspensions = suspensions;
        this.clock = clock;
        this.lifting = lifting;
        this.told = told;
    }

    /**
     * A job has ended.
     *
     * @param view what is promised after that
     */
    public void ended(LedgerView view, Claim job, LedgerRecord.Ended end) {
        Verdict verdict = QuickFailures.verdict(end);
        HostName host = job.host();
        if (verdict == Verdict.FAILED) {
            job.origin()
                    .flatMap(origin -> QuickFailures.blame(view, host, origin, clock.instant()))
                    .ifPresent(reason -> suspend(host, Trouble.FAILING, reason));
        } else if (verdict == Verdict.PASSED) {
            attempt(() -> known(host)
                    .filter(Suspension::asksForProbe)
                    .filter(known -> !job.placedAt().isBefore(known.until()))
                    .ifPresent(known -> suspensions.suspend(host, known.passed())));
        }
    }

    /**
     * A host was measured. That it was away counts only if the same user found that: others may have been away themselves.
     *
     * @param before what was known of it
     */
    public void measured(HostStatus before, LoadReport report, Observer by) {
        boolean wasAway = before.failure()
                .filter(failure -> !failure.own()
                        && failure.by()
                                .filter(other -> other.user().equals(by.user()))
                                .isPresent())
                .isPresent();
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
                suspend(report.host(), Trouble.FLAPPING, "comes and goes: " + what + " again");
            } else {
                suspensions.suspend(report.host(), new Suspension(what, now, now));
            }
        });
    }

    private Optional<Suspension> known(HostName host) {
        return Optional.ofNullable(suspensions.suspensions().get(host));
    }

    private void suspend(HostName host, Trouble trouble, String reason) {
        attempt(() -> {
            String words = reason + "; " + lifting.apply(host.value());
            Suspension next = Suspension.after(known(host), words, trouble.growth, trouble.longest, clock.instant());
            suspensions.suspend(host, next);
            told.accept(host + " is suspended until " + Timestamps.print(next.until()) + ": " + words);
        });
    }

    /** Nobody's job shall fail because a host could not be suspended. */
    private void attempt(Runnable change) {
        try {
            change.run();
        } catch (LoadshareException e) {
            told.accept("cannot keep in mind which hosts are in trouble: " + e.getMessage());
        }
    }
}
