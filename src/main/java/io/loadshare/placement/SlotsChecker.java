package io.loadshare.placement;

/** Requires free slots for the request: loadshare's own slots stay within the limit, whatever else runs on the host. */
record SlotsChecker(int requested, SlotLimit limit) implements Checker {

    @Override
    public PendingReason check(Candidate candidate) {
        return free(candidate) < requested ? PendingReason.NO_FREE_SLOT : null;
    }

    /** Returns how many more slots jobs may reserve on the host; negative if they already hold too many. */
    int free(Candidate candidate) {
        return limit.of(candidate.report().cores()) - candidate.ownSlots();
    }

    @Override
    public String describe(Candidate candidate) {
        int free = Math.max(0, free(candidate));
        return (free == 0 ? "no" : "only " + free) + " free slot" + (free > 1 ? "s" : "") + ": jobs hold "
                + candidate.ownSlots() + " of its "
                + limit.describe(candidate.report().cores());
    }
}
