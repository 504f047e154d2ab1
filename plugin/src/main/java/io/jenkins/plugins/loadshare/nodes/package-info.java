/**
 * Builds go to the least loaded node: start at {@link io.jenkins.plugins.loadshare.nodes.LeastLoadedBalancer}, which decides
 * by what {@link io.jenkins.plugins.loadshare.nodes.NodeScans} has measured.
 */
package io.jenkins.plugins.loadshare.nodes;
