package io.loadshare.placement;

import io.loadshare.license.SeatRule;

/** Requires that the license rule and the license server admit the user on the host. */
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
