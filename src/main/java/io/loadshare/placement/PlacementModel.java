package io.loadshare.placement;

import java.util.Locale;

/** How hosts are compared. */
public enum PlacementModel {
    /** External runnable threads, own jobs and the slots asked for, per core: a job counts from its reservation on. */
    TRACKED,
    /** SCICLUST's rule to the letter: load plus penalties for open queries, recent starts and completed jobs. */
    SCICLUST,
    /** LoadShare's rule: the stored one-minute load, ties in list order. */
    LOADSHARE;

    /** The word in the configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
