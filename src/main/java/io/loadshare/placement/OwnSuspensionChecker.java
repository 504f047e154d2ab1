package io.loadshare.placement;

import io.loadshare.Timestamps;
import io.loadshare.host.HostName;
import io.loadshare.ledger.Claim;
import io.loadshare.ledger.JobOrigin;
import io.loadshare.ledger.LedgerView;
import io.loadshare.ledger.QuickFailures;
import io.loadshare.load.HostStatus.Suspension;
import java.time.Instant;
import java.util.Optional;

/** A host on which the jobs of the request's origin fail, and do well elsewhere, does not get more of them for a while. */
record OwnSuspensionChecker(JobOrigin origin, LedgerView view, Instant now) implements Checker {

    @Override
    public PendingReason check(Candidate candidate) {
        return suspension(candidate)
                        .filter(suspension -> StatusChecker.keepsOut(suspension, candidate.ledger(), this::isOwn, now))
                        .isPresent()
                ? PendingReason.SUSPENDED
                : null;
    }

    private Optional<Suspension> suspension(Candidate candidate) {
        HostName host = candidate.host().name();
        return QuickFailures.ownSuspension(view, host, origin, now);
    }

    private boolean isOwn(Claim claim) {
        return claim.origin().filter(origin::equals).isPresent();
    }

    @Override
    public String describe(Candidate candidate) {
        Suspension suspension = suspension(candidate).orElseThrow();
        return "suspended for " + origin + " until " + Timestamps.print(suspension.until()) + ": " + suspension.reason()
                + "; ask for this host by name to try it now";
    }
}
