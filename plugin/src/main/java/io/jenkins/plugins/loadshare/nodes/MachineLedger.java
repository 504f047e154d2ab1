package io.jenkins.plugins.loadshare.nodes;

import io.loadshare.ledger.LedgerView;
import io.loadshare.load.LoadBoard;

/**
 * What is promised on machines at one moment, so that the balancer needs no file. Immutable.
 *
 * @param machines which machines there are
 * @param board their load; reports show the builds that hold a seat among the jobs
 * @param view all promises
 * @param seated by position, how many executors are busy with such builds, which count as jobs
 */
record MachineLedger(MachineInventory machines, LoadBoard board, LedgerView view, int[] seated) {

    /** Nothing is promised. */
    static MachineLedger none(MachineInventory machines) {
        int hosts = machines.board().inventory().size();
        return new MachineLedger(
                machines, machines.board(), LedgerView.empty(machines.board().inventory()), new int[hosts]);
    }
}
