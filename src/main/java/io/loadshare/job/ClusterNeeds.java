package io.loadshare.job;

import java.util.List;
import java.util.Optional;

/**
 * The requirements of a job that loadshare checks on hosts, and a cluster checks itself.
 *
 * @param memory the memory that must be available, in bytes; 0 for any
 * @param cores the number of cores the node must have; 0 for any
 * @param tags the features that the node must have
 * @param licenses the licenses that the cluster counts, by their names there
 * @param nodes the nodes that may run the job; empty for any
 */
public record ClusterNeeds(
        long memory, double cores, List<String> tags, List<String> licenses, Optional<String> nodes) {

    public static final ClusterNeeds NONE = new ClusterNeeds(0, 0, List.of(), List.of(), Optional.empty());

    public ClusterNeeds {
        tags = List.copyOf(tags);
        licenses = List.copyOf(licenses);
    }
}
