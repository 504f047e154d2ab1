/**
 * Sends builds to the least loaded node. Start with {@link io.jenkins.plugins.loadshare.nodes.LeastLoadedBalancer},
 * which uses the measurements of {@link io.jenkins.plugins.loadshare.nodes.NodeScans}; {@link
 * io.jenkins.plugins.loadshare.nodes.LeastLoadedLabels} finds the labels with this strategy.
 */
package io.jenkins.plugins.loadshare.nodes;
