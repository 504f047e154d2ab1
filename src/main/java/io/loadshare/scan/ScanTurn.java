package io.loadshare.scan;

import io.loadshare.load.Observer;
import java.time.Duration;
import java.time.Instant;

/** Whose turn it is to scan. */
public sealed interface ScanTurn {

    /** Ours: nobody else scans until the claim is closed or expires. */
    record Ours(ScanClaim claim) implements ScanTurn {}

    /**
     * Nobody's: the last scan is younger than the minimum.
     *
     * @param by the observer who made it
     */
    record Recent(Duration age, Observer by) implements ScanTurn {}

    /**
     * Somebody else's.
     *
     * @param by the observer who scans
     * @param until when that claim expires at the latest
     */
    record Theirs(Observer by, Instant until) implements ScanTurn {}
}
