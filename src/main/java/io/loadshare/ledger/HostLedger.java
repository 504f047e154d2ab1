package io.loadshare.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is promised on one host.
 *
 * @param claims promises not yet ended, oldest first
 * @param completed how many jobs ended there
 * @param recentStarts when the latest jobs were started, oldest first, at most {@link #RECENT}
 * @param recentEnds the jobs that ended within the last {@link #REMEMBERED}, oldest first, at most {@link #RECENT}: a
 *     report may be older than the end of a job it shows
 */
public record HostLedger(
        List<Claim> claims, int completed, List<Instant> recentStarts, List<LedgerRecord.Ended> recentEnds) {

    /** A bound on memory that no sensible setting reaches. */
    static final int RECENT = 1000;

    /** Longer than any report is decided by. */
    static final Duration REMEMBERED = Duration.ofHours(1);

    public static final HostLedger EMPTY = new HostLedger(List.of(), 0, List.of(), List.of());

    public HostLedger {
        claims = List.copyOf(claims);
        recentStarts = List.copyOf(recentStarts);
        recentEnds = List.copyOf(recentEnds);
    }

    /** Whether the ledger has seen the end of a job. */
    public boolean sawEnd(String id) {
        for (LedgerRecord.Ended end : recentEnds) {
            if (end.id().equals(id)) {
                return true;
            }
        }
        return false;
    }

    HostLedger withClaim(Claim claim) {
        return new HostLedger(appended(claims, claim, Integer.MAX_VALUE), completed, recentStarts, recentEnds);
    }

    HostLedger withStarted(TrackedJob job) {
        List<Claim> changed = new ArrayList<>(claims);
        changed.replaceAll(claim -> claim.id().equals(job.id()) ? job : claim);
        return new HostLedger(changed, completed, appended(recentStarts, job.startedAt(), RECENT), recentEnds);
    }

    HostLedger withRetreated(String id) {
        return new HostLedger(without(id), completed, recentStarts, recentEnds);
    }

    HostLedger withEnded(LedgerRecord.Ended end) {
        List<LedgerRecord.Ended> ends = new ArrayList<>(appended(recentEnds, end, RECENT));
        Instant oldest = end.at().minus(REMEMBERED);
        ends.removeIf(old -> old.at().isBefore(oldest));
        return new HostLedger(without(end.id()), completed + 1, recentStarts, ends);
    }

    HostLedger withCompleted(int total) {
        return new HostLedger(claims, total, recentStarts, recentEnds);
    }

    private List<Claim> without(String id) {
        List<Claim> changed = new ArrayList<>(claims);
        changed.removeIf(claim -> claim.id().equals(id));
        return changed;
    }

    private static <T> List<T> appended(List<T> list, T element, int limit) {
        List<T> changed = new ArrayList<>(list.size() + 1);
        changed.addAll(list.size() < limit ? list : list.subList(list.size() - limit + 1, list.size()));
        changed.add(element);
        return changed;
    }
}
