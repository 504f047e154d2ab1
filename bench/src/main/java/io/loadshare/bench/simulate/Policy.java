package io.loadshare.bench.simulate;

import java.util.Set;

/** Which host gets a job, as one run of the simulation asks it. Holds the state of that run. */
interface Policy {

    /** The answer of {@link #choose} if no host will do for now; the job waits. */
    int NONE = -1;

    /** Seconds between two measurements of a host; infinite if it is never measured or asked live. */
    double interval();

    /** A host is measured: what the policy wants to know later, it must write down now. */
    default void measure(int host, double now) {}

    /** The host for a job, by its position, or {@link #NONE}. */
    int choose(Job job, double now);

    /** A job was started where the policy put it. */
    default void started(Job job, int host, double now) {}

    /** A job that the policy placed has ended, as it should or at once with a failure. */
    default void ended(Job job, int host, boolean failed, double now) {}

    /** The hosts that were ever kept from everybody's jobs because some failed there, by their positions. */
    default Set<Integer> suspended() {
        return Set.of();
    }
}
