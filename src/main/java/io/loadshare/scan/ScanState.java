package io.loadshare.scan;

import io.loadshare.host.HostInventory;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.Observer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Where the findings of scans are kept, and who may scan next. Any thread and any process may use the same state. */
public interface ScanState {

    /**
     * Returns what an observer knows of all hosts of an inventory: what everybody knows, and the observer's own failures.
     * The same object until there is news.
     */
    LoadBoard board(HostInventory inventory, Observer observer);

    /**
     * Adds what a scan found: to everybody what is the state of the hosts, to the observer the rest.
     *
     * @param by who scanned
     * @throws io.loadshare.LoadshareException of kind STATE if it cannot be written
     */
    void publish(ScanFindings findings, Observer by, Instant now);

    /**
     * Claims the next scan of all hosts, so that of any number of processes and machines one scans.
     *
     * @param minInterval a scan younger than this makes another needless
     * @param holds how long the claim holds if we die: the scan's deadline
     */
    ScanTurn claimScan(Observer by, Duration minInterval, Duration holds, Instant now);

    /** Returns who is scanning, if anybody. */
    Optional<ScanTurn.Theirs> scanning(Duration holds, Instant now);
}
