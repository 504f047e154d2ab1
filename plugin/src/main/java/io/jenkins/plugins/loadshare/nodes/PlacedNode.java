package io.jenkins.plugins.loadshare.nodes;

/**
 * A node that holds a placement on a host. Its load is that of the placement's job, so it is not measured and not counted
 * as a node.
 */
public interface PlacedNode {}
