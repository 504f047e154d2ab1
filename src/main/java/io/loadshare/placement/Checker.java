package io.loadshare.placement;

/** One condition a host must meet. Pure; checked for every host of every decision, so it neither allocates nor formats. */
interface Checker {

    /** Why the host will not do, or null if it meets the condition. */
    PendingReason check(Candidate candidate);

    /** The reason in words with its numbers; called only for a host that {@link #check} refused. */
    String describe(Candidate candidate);
}
