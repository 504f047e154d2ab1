package io.loadshare.wiring;

import io.loadshare.ledger.Ledger;
import io.loadshare.load.Observer;
import io.loadshare.scan.LoadSource;
import io.loadshare.scan.SharedScans;
import io.loadshare.store.StateDirectory;
import io.loadshare.transport.Transport;

/** The program that owns {@link Services}: all in which the command line, Jenkins and the benchmarks differ. */
public interface ServiceOwner {

    /** Returns the transport of scans; it is requested anew for each scan. */
    Transport transport();

    /** Returns the opened state directory. */
    StateDirectory state();

    /** Opens the ledger for the hosts of the configuration. */
    Ledger openLedger();

    /** Returns who scans. */
    Observer observer();

    /** Returns how to end the suspension of a host, as text. */
    String howToLift(String host);

    /** Receives one line for each problem that does not prevent the work, from any thread. */
    void warn(String message);

    /** Receives one line for each host that a scan suspends. */
    default void suspendedByScan(String message) {
        warn(message);
    }

    /** Returns the load on which the dispatcher decides. */
    default LoadSource load(SharedScans scans) {
        return scans;
    }
}
