package io.loadshare.ledger;

import io.loadshare.Failure;

/** The ledger stayed locked by others for longer than anyone waits for it; nothing was decided. */
public final class LedgerBusy extends Failure {

    public LedgerBusy(String message) {
        super(Kind.LIMIT, message);
    }
}
