package io.loadshare.bench.compare;

import java.io.IOException;
import java.util.Set;

/** A program or method that is measured against others. */
interface Contender {

    String name();

    /**
     * Runs once.
     *
     * @return the amount of work done: reports received or jobs started
     */
    int run() throws IOException, InterruptedException;

    /** Prepares the next run. Counts as CPU time but not as wall time. */
    default void settle() throws IOException, InterruptedException {}

    /** Returns its processes that stay alive between runs. */
    Set<Long> kept() throws IOException;
}
