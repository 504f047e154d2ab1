package io.loadshare.scan;

import io.loadshare.host.HostInventory;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.Observer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Stores the findings of scans and the claim to the next scan. Any thread and any process may use the same state. */
public interface ScanState {

    /**
     * Returns the load of all hosts of an inventory for an observer: the findings for everybody and the observer's own
     * failures. Returns the same object until something changes.
     */
    LoadBoard board(HostInventory inventory, Observer observer);

    /**
     * Publishes the findings of a scan: the state of the hosts for everybody, the rest for the observer.
     *
     * @param by the observer who scanned
     * @throws io.loadshare.LoadshareException of kind STATE if it cannot be written
     */
    void publish(ScanFindings findings, Observer by, Instant now);

    /**
     * Claims the next scan of all hosts, so that only one of any number of processes and machines scans.
     *
     * @param minInterval a scan younger than this makes another one unnecessary
     * @param holds how long the claim is valid if this process dies: the scan's deadline
     */
    ScanTurn claimScan(Observer by, Duration minInterval, Duration holds, Instant now);

    /** Returns who is scanning, if anybody. */
    Optional<ScanTurn.Theirs> scanning(Duration holds, Instant now);
}
