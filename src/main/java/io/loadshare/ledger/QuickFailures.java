package io.loadshare.ledger;

import io.loadshare.host.HostName;
import io.loadshare.ledger.HostLedger.EndedJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells black holes: hosts that look idle because every job dies on them. Jobs that fail in a row, each within ten
 * seconds, are blamed on the host, unless jobs of the same users have lately fared so on most other hosts: then it is the jobs.
 * Two are enough if such jobs run well on most other hosts that had some, three if nothing is known of that.
 */
public final class QuickFailures {

    /** A job that fails sooner than this may not have had a chance; one that lasts longer speaks for its host. */
    public static final Duration QUICK = Duration.ofSeconds(10);

    private static final int ENOUGH_IF_OTHERS_SERVE = 2;
    private static final int ENOUGH = 3;

    /** What happened elsewhere longer ago says nothing about today's jobs. */
    private static final Duration LATELY = Duration.ofMinutes(10);

    /** SIGHUP, SIGINT and SIGTERM: someone wanted the job to end. */
    private static final Set<Integer> ENDED_ON_DEMAND = Set.of(129, 130, 143);

    private QuickFailures() {}

    /** What a job's end says about its host. */
    public enum Verdict {
        PASSED,
        FAILED,
        NOTHING
    }

    /** What a job's end says about its host. */
    public static Verdict verdict(LedgerRecord.Ended end) {
        boolean quick = end.ran().compareTo(QUICK) < 0;
        if (ENDED_ON_DEMAND.contains(end.status()) || end.status() < 0) {
            return Verdict.NOTHING;
        }
        return end.status() != 0 && quick ? Verdict.FAILED : Verdict.PASSED;
    }

    /** Why a host should get no jobs for a while; empty if nothing speaks against it. */
    public static Optional<String> blame(LedgerView view, HostName host, Instant now) {
        List<EndedJob> row = lastFailures(view.of(host).recentEnds());
        if (row.size() < ENOUGH_IF_OTHERS_SERVE || view.inventory().size() == 1) {
            return Optional.empty();
        }
        Set<String> users = row.stream().map(ended -> ended.job().user()).collect(Collectors.toSet());
        int failing = 0;
        int serving = 0;
        for (int position = 0; position < view.inventory().size(); position++) {
            if (!view.inventory().at(position).name().equals(host)) {
                Verdict elsewhere = verdict(view.at(position), users, now);
                failing += elsewhere == Verdict.FAILED ? 1 : 0;
                serving += elsewhere == Verdict.PASSED ? 1 : 0;
            }
        }
        return failing > serving || row.size() < (serving > failing ? ENOUGH_IF_OTHERS_SERVE : ENOUGH)
                ? Optional.empty()
                : Optional.of(row.size() + " jobs in a row failed within " + QUICK.toSeconds()
                        + " s, the last with status " + row.get(0).end().status());
    }

    /** The failures since the last job that passed, newest first. */
    private static List<EndedJob> lastFailures(List<EndedJob> ends) {
        List<EndedJob> row = new ArrayList<>();
        for (int i = ends.size() - 1; i >= 0; i--) {
            Verdict verdict = verdict(ends.get(i).end());
            if (verdict == Verdict.PASSED) {
                break;
            }
            if (verdict == Verdict.FAILED) {
                row.add(ends.get(i));
            }
        }
        return row;
    }

    /** How the users' jobs last fared on a host: that which ended last, or else those that run. */
    private static Verdict verdict(HostLedger host, Set<String> users, Instant now) {
        List<EndedJob> ends = host.recentEnds();
        for (int i = ends.size() - 1;
                i >= 0 && ends.get(i).end().at().plus(LATELY).isAfter(now);
                i--) {
            Verdict verdict = verdict(ends.get(i).end());
            if (verdict != Verdict.NOTHING && users.contains(ends.get(i).job().user())) {
                return verdict;
            }
        }
        boolean running =
                host.claims().stream().anyMatch(claim -> claim instanceof TrackedJob && users.contains(claim.user()));
        return running ? Verdict.PASSED : Verdict.NOTHING;
    }
}
