package io.jenkins.plugins.loadshare.nodes;

import hudson.ExtensionPoint;
import io.loadshare.load.LoadBoard;

/** Receives a notification, in the background, whenever the machines of nodes were measured. */
public interface MachinesListener extends ExtensionPoint {

    /** @param board the machines of {@link MachineInventory#board} */
    void measured(LoadBoard board);
}
