package io.loadshare.placement;

/**
 * A condition that a host must meet. Pure; called for every host of every decision, so it neither allocates nor
 * formats.
 */
interface Checker {

    /** Returns why the host is refused, or null if it meets the condition. */
    PendingReason check(Candidate candidate);

    /** Returns the reason as text with its numbers; called only for a host that {@link #check} refused. */
    String describe(Candidate candidate);
}
