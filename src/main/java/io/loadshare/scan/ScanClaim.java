package io.loadshare.scan;

import java.time.Instant;

/** The right to scan, which one of all processes with the same state holds until it is ended or expires. */
public interface ScanClaim {

    /**
     * Ends the claim after the scan was published.
     *
     * @param partial whether the scan is valid only for the user who made it
     */
    void done(boolean partial, Instant now);

    /** Ends the claim without a valid scan. */
    void giveBack(Instant now);
}
