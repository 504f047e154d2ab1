package io.jenkins.plugins.loadshare.service;

import hudson.ExtensionPoint;
import io.loadshare.load.LoadBoard;

/** Is told when the load of the hosts was measured. Called by the thread that scans, so be quick. */
public interface BoardListener extends ExtensionPoint {

    /** @param board what is known now of all hosts of the settings */
    void measured(LoadBoard board);
}
