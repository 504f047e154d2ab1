package io.loadshare.placement;

/** Requires free slots for the request: loadshare's own slots stay within the limit, whatever else runs on the host. */
record SlotsChecker(int requested, SlotLimit limit) implements Checker {

    @Override
    public PendingReason check(Candidate candidate) {
        return limit.free(candidate) < requested ? PendingReason.NO_FREE_SLOT : null;
    }

    @Override
    public String describe(Candidate candidate) {
        int free = Math.max(0, limit.free(candidate));
        return (free == 0 ? "no" : "only " + free) + " free slot" + (free > 1 ? "s" : "") + ": jobs hold "
                + candidate.ownSlots() + " of its "
                + limit.describe(candidate);
    }
}
