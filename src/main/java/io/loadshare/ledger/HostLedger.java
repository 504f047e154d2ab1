package io.loadshare.ledger;

import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The ledger entries of one host.
 *
 * @param claims reservations and jobs not yet ended, oldest first
 * @param completed the number of jobs that ended there
 * @param recentStarts when jobs were started within the last {@link #REMEMBERED}, oldest first, at most {@link #RECENT}
 * @param recentEnds the jobs that ended within the last {@link #REMEMBERED}, oldest first, at most {@link #RECENT}: a
 *     report may be older than the end of a job it shows
 * @param reported the penalties reported by the host's agent, if there is one; otherwise they are computed here
 */
public record HostLedger(
        List<Claim> claims,
        int completed,
        List<Instant> recentStarts,
        List<EndedJob> recentEnds,
        Optional<Penalties> reported) {

    /** A job and the record of its end. */
    public record EndedJob(Claim job, LedgerRecord.Ended end) {}

    /** Limits memory; no sensible setting reaches it. */
    public static final int RECENT = 1000;

    /** Longer than any report stays valid and any start counts as recent. */
    public static final Duration REMEMBERED = Duration.ofHours(1);

    public static final HostLedger EMPTY = new HostLedger(List.of(), 0, List.of(), List.of(), Optional.empty());

    public HostLedger {
        claims = List.copyOf(claims);
        recentStarts = List.copyOf(recentStarts);
        recentEnds = List.copyOf(recentEnds);
        Objects.requireNonNull(reported, "reported");
    }

    /**
     * Returns the entries of a host as reported by its agent, which is authoritative for that host.
     *
     * @param younger claims that are younger than the agent's answer
     * @param recentEnds the ends of our own jobs, which agents do not know
     */
    public static HostLedger reported(
            List<Claim> younger, int completed, List<EndedJob> recentEnds, Penalties penalties) {
        return new HostLedger(younger, completed, List.of(), recentEnds, Optional.of(penalties));
    }

    /**
     * Returns whether a job in the report is known to have ended since. A job that is still reported long after its
     * recorded end is still running.
     */
    public boolean sawEnd(String id, LoadReport report) {
        for (EndedJob end : recentEnds) {
            if (end.job().id().equals(id)) {
                return !end.end().at().plus(Claim.GRACE).isBefore(report.measuredAt());
            }
        }
        return false;
    }

    /** Collects the entries of a host while records are folded in. Not thread-safe. */
    static final class Builder {

        private final List<Claim> claims;
        private final Deque<Instant> starts;
        private final Deque<EndedJob> ends;
        private final Optional<Penalties> reported;
        private int completed;

        Builder(HostLedger before) {
            this.claims = new ArrayList<>(before.claims);
            this.starts = new ArrayDeque<>(before.recentStarts);
            this.ends = new ArrayDeque<>(before.recentEnds);
            this.reported = before.reported;
            this.completed = before.completed;
        }

        void reserve(Reservation reservation) {
            claims.add(reservation);
        }

        void start(TrackedJob job) {
            int reserved = find(job.id());
            if (reserved >= 0) {
                claims.set(reserved, job);
            }
            starts.add(job.startedAt());
            forget(starts, start -> start, job.startedAt());
        }

        void retreat(String id) {
            int claim = find(id);
            if (claim >= 0) {
                claims.remove(claim);
            }
        }

        private int find(String id) {
            for (int i = 0; i < claims.size(); i++) {
                if (claims.get(i).id().equals(id)) {
                    return i;
                }
            }
            return -1;
        }

        void end(Claim job, LedgerRecord.Ended end) {
            retreat(job.id());
            completed++;
            ends.add(new EndedJob(job, end));
            forget(ends, ended -> ended.end().at(), end.at());
        }

        void count(int total) {
            completed = total;
        }

        HostLedger build() {
            return new HostLedger(claims, completed, List.copyOf(starts), List.copyOf(ends), reported);
        }

        private static <T> void forget(Deque<T> recent, Function<T, Instant> time, Instant now) {
            Instant oldest = now.minus(REMEMBERED);
            while (recent.size() > RECENT || time.apply(recent.getFirst()).isBefore(oldest)) {
                recent.removeFirst();
            }
        }
    }
}
