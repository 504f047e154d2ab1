package io.loadshare.placement;

import io.loadshare.ledger.HostLedger;
import io.loadshare.ledger.Penalties;
import java.time.Instant;
import java.util.List;

/** The penalties that SCICLUST's manual adds to a host's load. Pure. */
public final class SciclustPenalties {

    private SciclustPenalties() {}

    /**
     * Returns the penalties of a host at {@code now}.
     *
     * @param openQueries the number of queries that have led to neither a start nor a retreat
     */
    public static Penalties of(PlacementSettings settings, int openQueries, HostLedger ledger, Instant now) {
        return new Penalties(
                Math.min(openQueries * settings.openQueryPenalty(), settings.maxOpenQueryPenalty()),
                startedLately(settings, ledger.recentStarts(), now) ? settings.recencyPenalty() : 0,
                ledger.completed() * settings.runJobPenalty());
    }

    private static boolean startedLately(PlacementSettings settings, List<Instant> starts, Instant now) {
        int needed = settings.recencyPenaltyJobs();
        return starts.size() >= needed
                && !starts.get(starts.size() - needed).isBefore(now.minus(settings.recencyPenaltyInterval()));
    }
}
