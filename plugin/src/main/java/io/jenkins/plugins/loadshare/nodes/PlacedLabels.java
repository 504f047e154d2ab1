package io.jenkins.plugins.loadshare.nodes;

import hudson.ExtensionPoint;
import hudson.model.Label;

/** The labels whose nodes hold their own placements and seats, like {@link PlacedNode}. */
public interface PlacedLabels extends ExtensionPoint {

    /** Returns whether the nodes of this label hold their placements. Called under the Queue's lock. */
    boolean hold(Label label);
}
