package io.loadshare.ledger;

import io.loadshare.LoadshareException;

/** The ledger stayed locked by others for longer than anyone waits for it; nothing was decided. */
public final class LedgerBusyException extends LoadshareException {

    public LedgerBusyException(String message) {
        super(Kind.LIMIT, message);
    }
}
