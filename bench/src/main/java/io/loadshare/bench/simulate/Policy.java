package io.loadshare.bench.simulate;

import java.util.Set;

/** A policy that chooses the host of each job in one run of the simulation. Holds the state of that run. */
interface Policy {

    /** The result of {@link #choose} if no host is suitable now; the job waits. */
    int NONE = -1;

    /** Returns the seconds between two measurements of a host; infinite if it is never measured or is queried live. */
    double interval();

    /** Called when a host is measured. The policy must store now what it needs later. */
    default void measure(int host, double now) {}

    /** Returns the position of the host for a job, or {@link #NONE}. */
    int choose(Job job, double now);

    /** Called when a job was started on the host that the policy chose. */
    default void started(Job job, int host, double now) {}

    /** Called when a job that the policy placed has ended, successfully or with an immediate failure. */
    default void ended(Job job, int host, boolean failed, double now) {}

    /** Returns the positions of all hosts that were ever suspended for all users because jobs failed there. */
    default Set<Integer> suspended() {
        return Set.of();
    }
}
