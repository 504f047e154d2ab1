/**
 * Sends builds to the least loaded node. Start with {@link io.jenkins.plugins.loadshare.nodes.LeastLoadedBalancer},
 * which uses the measurements of {@link io.jenkins.plugins.loadshare.nodes.NodeScans}.
 */
package io.jenkins.plugins.loadshare.nodes;
