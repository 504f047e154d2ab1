package io.loadshare.placement;

/** Requires that the host runs fewer of loadshare's jobs than {@code maxRuns}. */
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
