package io.jenkins.plugins.loadshare.nodes;

import hudson.ExtensionPoint;
import io.loadshare.load.LoadBoard;

/**
 * Where the load of the hosts that are reached by SSH is known. Whoever measures them implements it, and calls
 * {@link NodeScans#hostsChanged} when there is something new.
 */
public interface HostReports extends ExtensionPoint {

    /** What the last scan found, without any I/O; the hosts are those of the settings. */
    LoadBoard latest();
}
