package io.loadshare.scan;

import io.loadshare.load.Observer;
import java.time.Duration;
import java.time.Instant;

/** Whose turn it is to scan. */
public sealed interface ScanTurn {

    /** Ours: nobody else scans before the claim is closed or expires. */
    record Ours(ScanClaim claim) implements ScanTurn {}

    /**
     * Nobody's: the last scan is younger than the minimum.
     *
     * @param by who made it
     */
    record Recent(Duration age, Observer by) implements ScanTurn {}

    /**
     * Someone else's.
     *
     * @param by who scans
     * @param until when that claim expires, whether they have finished or died
     */
    record Theirs(Observer by, Instant until) implements ScanTurn {}
}
