package io.jenkins.plugins.loadshare.seats;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The builds that need a license and the executors of nodes, as far as seats depend on them. */
interface Builds {

    /** A build in the Queue that needs a license. */
    interface Queued {

        String license();

        /** Returns the build if it continues after a restart of Jenkins. */
        Optional<String> run();

        /** Returns whether it may start now, that is, its quiet period is over. */
        boolean isDue();

        /** Returns whether a node takes it, whatever its executors do. */
        boolean mayRunOn(String node);

        /** Returns whether it may have run on a node before Jenkins was restarted. */
        boolean mayHaveRunOn(String node);
    }

    /** Returns the builds in the Queue that need a license, by item ID. */
    Map<Long, Queued> queued();

    /** Returns the names of the nodes where builds run, by item ID. */
    Map<Long, String> running();

    /** Returns the number of busy executors of a node. */
    int busy(String node);

    /** Returns the number of executors of a node that could start a build now. */
    int idle(String node);

    /** Returns whether Jenkins starts no builds. */
    boolean isQuietingDown();

    /** Returns whether Jenkins has loaded all builds. */
    boolean areLoaded();

    /** Returns whether a build has not ended. */
    boolean isBuilding(String run);

    /** Calls an action unless the build has an executor. The build cannot get one meanwhile. */
    <T> Optional<T> ifWaiting(long item, Supplier<T> action);

    /** Has the Queue look for builds that may start. */
    void startWaiting();
}
