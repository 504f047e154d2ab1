package io.jenkins.plugins.loadshare.service;

import hudson.ExtensionPoint;
import io.loadshare.load.LoadBoard;

/** A listener for completed scans. The scanning thread calls it, so implementations must return quickly. */
public interface BoardListener extends ExtensionPoint {

    /** @param board the current load of all configured hosts */
    void measured(LoadBoard board);
}
