package io.loadshare.ledger;

import io.loadshare.LoadshareException;

/** Thrown when others keep the ledger locked for too long; nothing was decided. */
public final class LedgerBusyException extends LoadshareException {

    public LedgerBusyException(String message) {
        super(Kind.LIMIT, message);
    }
}
