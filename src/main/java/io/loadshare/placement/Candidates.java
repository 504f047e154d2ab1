package io.loadshare.placement;

import io.loadshare.host.Host;
import io.loadshare.host.HostInventory;
import io.loadshare.ledger.HostLedger;
import io.loadshare.ledger.LedgerView;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;

/**
 * A cache of the candidates of earlier decisions, because few hosts change between two decisions. Any thread may call:
 * at worst, two threads create the same candidate.
 */
final class Candidates {

    private volatile Candidate[] byPosition = {};

    /** Returns the current candidates by position, to be passed to {@link #at}. */
    Candidate[] of(HostInventory inventory) {
        Candidate[] known = byPosition;
        if (known.length != inventory.size()) {
            known = new Candidate[inventory.size()];
            byPosition = known;
        }
        return known;
    }

    /** Returns the candidate at a position: the cached one, unless something about the host has changed. */
    static Candidate at(int position, Candidate[] known, LoadBoard board, LedgerView view) {
        Host host = board.inventory().at(position);
        HostStatus status = board.at(position);
        HostLedger ledger = view.at(position);
        Candidate candidate = known[position];
        int occupied = board.occupied(position);
        if (candidate == null || !candidate.isOf(host, status, ledger, occupied)) {
            candidate = new Candidate(host, status, ledger, occupied);
            known[position] = candidate;
        }
        return candidate;
    }
}
