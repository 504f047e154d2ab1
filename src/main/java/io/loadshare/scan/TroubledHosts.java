package io.loadshare.scan;

import io.loadshare.LoadshareException;
import io.loadshare.Timestamps;
import io.loadshare.host.Host;
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
 * Suspends hosts for everybody: hosts on which jobs of several owners fail ({@link QuickFailures}), and hosts that come
 * and go. The first suspension lasts ten seconds; later ones are longer, the longer the trouble has lasted. Then a host
 * gets one job at a time ({@code placement} ensures that) until one has passed. A host that came back once is only
 * remembered. Ends of jobs and published scans are reported here. Any thread may call.
 */
public final class TroubledHosts {

    private enum Trouble {
        /** Every job on the host fails. */
        FAILING(QuickFailures.GROWTH, QuickFailures.LONGEST),

        /** Jobs can run on the host; the scanner may be slow. */
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
    private final Consumer<String> log;

    /**
     * @param lifting returns how to end the suspension of a host, as text
     * @param log receives one line for each suspension with its reason, and for each failure to suspend
     */
    public TroubledHosts(
            Suspensions suspensions, InstantSource clock, UnaryOperator<String> lifting, Consumer<String> log) {
        this.suspensions = suspensions;
        this.clock = clock;
        this.lifting = lifting;
        this.log = log;
    }

    /**
     * Handles the end of a job. A cluster is never suspended for it: it takes its bad nodes out of use itself, and may
     * refuse what one user requests.
     *
     * @param view the ledger after the end
     */
    public void ended(LedgerView view, Claim job, LedgerRecord.Ended end) {
        HostName host = job.host();
        if (view.inventory().find(host).filter(Host::isCluster).isPresent()) {
            return;
        }
        Verdict verdict = QuickFailures.verdict(end);
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
     * Handles the measurement of a host. An earlier failure counts only if the same user saw it, because others may
     * have been offline themselves.
     *
     * @param before its previous status
     */
    public void measured(HostStatus before, LoadReport report, Observer by) {
        boolean wasAway = before.failure()
                .filter(failure -> !failure.own()
                        && failure.by()
                                .filter(other -> other.user().equals(by.user()))
                                .isPresent())
                .isPresent();
        boolean rebooted = before.report()
                .filter(old -> !old.boot().id().equals(report.boot().id()))
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
            log.accept(host + " is suspended until " + Timestamps.print(next.until()) + ": " + words);
        });
    }

    /** Reports a failure to suspend; no job fails because of it. */
    private void attempt(Runnable change) {
        try {
            change.run();
        } catch (LoadshareException e) {
            log.accept("cannot keep in mind which hosts are in trouble: " + e.getMessage());
        }
    }
}
