package io.loadshare.bench.compare;

import java.io.IOException;
import java.util.Set;

/** A way to get something done, to be measured beside others. */
interface Contender {

    String name();

    /**
     * Does it once.
     *
     * @return how much was done: reports that came, jobs that started
     */
    int run() throws IOException, InterruptedException;

    /** What has to happen before it can be run again; takes none of its time, but of its CPU time. */
    default void settle() throws IOException, InterruptedException {}

    /** Its processes that live on from one run to the next. */
    Set<Long> kept() throws IOException;
}
