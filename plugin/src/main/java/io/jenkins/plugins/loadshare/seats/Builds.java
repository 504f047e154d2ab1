package io.jenkins.plugins.loadshare.seats;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The builds that need licenses and the executors of nodes, as far as seats depend on them. */
interface Builds {

    /**
     * A build in the Queue.
     *
     * @param licenses the licenses it needs; a build that continues on its node may have a seat but name no license
     * @param run returns the build if it continues after a restart of Jenkins
     * @param isDue whether it may start now, that is, its quiet period is over
     * @param mayRunOn whether a node takes it, whatever its executors do
     * @param mayHaveRunOn whether it may have run on a node before Jenkins was restarted
     */
    record Queued(
            List<String> licenses,
            Supplier<Optional<String>> run,
            boolean isDue,
            Predicate<String> mayRunOn,
            Predicate<String> mayHaveRunOn) {}

    /**
     * A build on a node.
     *
     * @param run returns the build if it continues after a restart of Jenkins
     */
    record Running(String node, Supplier<Optional<String>> run) {}

    /** Returns the builds in the Queue that need a license or are bound to one node, by item ID. */
    Map<Long, Queued> queued();

    /** Returns the builds that run, by item ID. */
    Map<Long, Running> running();

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
