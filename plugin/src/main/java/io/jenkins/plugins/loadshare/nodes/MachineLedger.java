package io.jenkins.plugins.loadshare.nodes;

import io.loadshare.ledger.LedgerView;
import io.loadshare.load.LoadBoard;

/**
 * The machines with their load and ledger entries at one moment, so that the balancer reads no file. Immutable.
 *
 * @param machines the machines
 * @param board their load; the reports include the builds that hold a seat among the jobs
 * @param view all ledger entries
 * @param seated by position, the number of executors busy with such builds, which count as jobs
 */
public record MachineLedger(MachineInventory machines, LoadBoard board, LedgerView view, int[] seated) {

    /** Without ledger entries. */
    static MachineLedger none(MachineInventory machines) {
        int hosts = machines.board().inventory().size();
        return new MachineLedger(
                machines, machines.board(), LedgerView.empty(machines.board().inventory()), new int[hosts]);
    }
}
