package io.jenkins.plugins.loadshare.nodes;

import hudson.ExtensionPoint;
import io.loadshare.load.LoadBoard;

/**
 * Provides the load of the hosts reached by SSH. The implementation calls {@link NodeScans#hostsChanged} when there are
 * new reports.
 */
public interface HostReports extends ExtensionPoint {

    /** Returns the result of the last scan, without I/O, for the hosts in the settings. */
    LoadBoard latest();
}
