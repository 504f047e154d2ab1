package io.loadshare.placement;

/** A host must run fewer of loadshare's jobs than it may at the same time. */
record RunsChecker(int maxRuns) implements Checker {

    @Override
    public PendingReason check(Candidate candidate) {
        return candidate.ownJobs() >= maxRuns ? PendingReason.MAX_RUNS_REACHED : null;
    }

    @Override
    public String describe(Candidate candidate) {
        return candidate.ownJobs() + " jobs running (maxRuns " + maxRuns + ")";
    }
}
