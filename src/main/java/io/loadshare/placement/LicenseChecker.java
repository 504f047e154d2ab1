package io.loadshare.placement;

import io.loadshare.license.SeatRule;

/** A host must be one where the license rule, and the license server, let the user take a seat. */
record LicenseChecker(SeatRule rule) implements Checker {

    @Override
    public PendingReason check(Candidate candidate) {
        return rule.admits(candidate.host().name()) ? null : PendingReason.LICENSE;
    }

    @Override
    public String describe(Candidate candidate) {
        return rule.describe();
    }
}
