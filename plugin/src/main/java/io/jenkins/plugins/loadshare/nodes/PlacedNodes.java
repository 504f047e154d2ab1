package io.jenkins.plugins.loadshare.nodes;

import hudson.ExtensionPoint;
import hudson.model.Label;

/** The nodes that hold their own placements and seats, like {@link PlacedNode}, and their labels. */
public interface PlacedNodes extends ExtensionPoint {

    /** Returns whether the nodes of this label hold their placements. Called under the Queue's lock. */
    boolean hold(Label label);

    /** Returns whether a node of this name exists, or is being created. */
    boolean exist(String name);
}
