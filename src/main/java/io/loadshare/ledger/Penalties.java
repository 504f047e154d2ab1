package io.loadshare.ledger;

/**
 * The penalties that model {@code sciclust} adds to a host's load, in load units.
 *
 * @param openQueries for queries that have led to neither a start nor a retreat
 * @param recency for recently started jobs
 * @param completedJobs for jobs that ended on the host
 */
public record Penalties(double openQueries, double recency, double completedJobs) {

    public static final Penalties NONE = new Penalties(0, 0, 0);

    public Penalties {
        requireNotNegative("openQueries", openQueries);
        requireNotNegative("recency", recency);
        requireNotNegative("completedJobs", completedJobs);
    }

    private static void requireNotNegative(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("penalty " + name + " must be ≥ 0, was " + value);
        }
    }

    public double sum() {
        return openQueries + recency + completedJobs;
    }
}
