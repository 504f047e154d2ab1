package io.loadshare.placement;

import java.util.Locale;

/** How hosts are compared. */
public enum PlacementModel {
    /**
     * External runnable threads, loadshare's jobs and the requested slots, per core. A job counts from its reservation
     * on.
     */
    TRACKED,
    /** SCICLUST's exact rule: load plus penalties for open queries, recent starts and completed jobs. */
    SCICLUST,
    /** LoadShare's rule: the stored one-minute load, ties in list order. */
    LOADSHARE;

    /** Returns the word used in the configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
