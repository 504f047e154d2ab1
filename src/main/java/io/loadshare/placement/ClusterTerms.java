package io.loadshare.placement;

import io.loadshare.host.PoolOrder;
import io.loadshare.host.SlurmCluster;
import java.time.Duration;
import java.util.Optional;

/**
 * On which terms a request may use its pools, and go to a cluster.
 *
 * @param nodes the nodes of the cluster that may run the job; empty for any
 * @param waited how long the request has waited
 */
public record ClusterTerms(Optional<String> nodes, PoolOrder order, Duration waited) {

    public static final ClusterTerms DEFAULT = new ClusterTerms(Optional.empty(), PoolOrder.NONE, Duration.ZERO);

    /** Returns how long the request waits before it goes to the cluster in any case. */
    public Duration overflow(SlurmCluster cluster) {
        return order.overflow().orElse(cluster.overflow());
    }

    /** Returns whether the request has waited long enough to wait in the cluster instead. */
    boolean hasOverflowed(SlurmCluster cluster) {
        return waited.compareTo(overflow(cluster)) >= 0;
    }

    public ClusterTerms withOrder(PoolOrder pools) {
        return new ClusterTerms(nodes, pools, waited);
    }

    public ClusterTerms withWaited(Duration time) {
        return new ClusterTerms(nodes, order, time);
    }
}
