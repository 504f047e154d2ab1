package io.jenkins.plugins.loadshare.steps;

import hudson.model.TaskListener;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.HostAccess;
import io.jenkins.plugins.loadshare.service.Requester;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.job.JobState;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The owner of a {@link JobRun}: a Pipeline step, a freestyle build, or a node of Jenkins. Thread-safe. */
public interface JobOwner {

    Requester requester();

    /** Returns the step's id, unique within the build. */
    String step();

    /** Returns the log of the build, which masks secrets. */
    TaskListener listener() throws IOException, InterruptedException;

    /** Returns the build's variables for this step, without those of the machine on which the build runs. */
    Map<String, String> variables() throws IOException, InterruptedException;

    /** Returns the record of where the jobs of the build ran. */
    default PlacesAction places() {
        return PlacesAction.of(requester().run().orElseThrow());
    }

    /** Returns when the step first asked for a slot, even if that was before a restart. */
    Instant since();

    /** Copies this step's part of the log, including what was written before a restart. */
    default void copyLog(OutputStream sink) throws IOException, InterruptedException {}

    /** Returns whether the end of the step is stored, so that a restart does not resume it. */
    default boolean isOver() {
        return true;
    }

    /** Called when the step waits for a slot, and when it no longer waits: then without reasons. */
    default void waits(List<String> reasons) {}

    /** Returns the hosts that the job must not use, with the reasons. */
    default Map<HostName, String> excluded() {
        return Map.of();
    }

    /**
     * Prepares a host for the job before the start is on record. Called again if a restart of Jenkins repeats the start.
     *
     * @throws io.loadshare.LoadshareException if the job cannot run on this host
     */
    default void prepare(Host host, HostAccess access) {}

    /** Called when the job runs, and again after a restart. */
    default void running(BuildJob job) {}

    /** Called when a desktop was found that serves the step. No job runs then, and none ends. */
    default void found(FoundDesktop desktop) {}

    /**
     * Aborts the owner as the stop button of Jenkins does; it then stops the job.
     *
     * @param by the ID of the user who requested it
     */
    void abort(String by);

    /**
     * Called when the job has ended and all its output is in the log.
     *
     * @param stdout the job's stdout, if it is returned apart from the log
     */
    void ended(JobState state, byte[] stdout);

    /** Called when the job did not start, was stopped, or its state is unknown. */
    void failed(Throwable cause);
}
