package io.loadshare.scan;

import java.time.Instant;

/** The right to scan, held by one of all who keep the same state, until it is ended or expires. */
public interface ScanClaim {

    /**
     * Ends the claim: the scan is done and what it found is published.
     *
     * @param partial whether it serves only the user who made it
     */
    void done(boolean partial, Instant now);

    /** Ends the claim without a scan that serves anybody. */
    void giveBack(Instant now);
}
