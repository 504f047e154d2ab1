package io.loadshare.dispatch;

import io.loadshare.LoadshareException;
import io.loadshare.ledger.Claim;

/** The answer to a request for a shared job that another request has reserved or started: no other job is started. */
public final class JobOnRecordException extends LoadshareException {

    JobOnRecordException(Claim claim) {
        super(Kind.LIMIT, "job " + claim.id() + " on " + claim.host() + " serves the request");
    }
}
