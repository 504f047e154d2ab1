package io.jenkins.plugins.loadshare.nodes;

import hudson.ExtensionPoint;
import io.loadshare.load.LoadBoard;

/** Is told whenever the machines of nodes were measured, in the background. */
public interface MachinesListener extends ExtensionPoint {

    /** @param board the machines of {@link MachineInventory#board} */
    void measured(LoadBoard board);
}
