package io.jenkins.plugins.loadshare.steps;

import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.loadshare.job.JobState;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Map;

/** For whom a {@link JobRun} runs a job: a Pipeline step or a freestyle build. Any thread may call. */
interface JobOwner {

    Run<?, ?> run();

    /** Tells this one apart from others of the build. */
    String step();

    /** The log of the build, which masks what is secret. */
    TaskListener listener() throws IOException, InterruptedException;

    /** The variables of the build as they stand for this step, without those of the machine it is on. */
    Map<String, String> variables() throws IOException, InterruptedException;

    /** When it asked for a place first, also before a restart. */
    Instant since();

    /** Copies what the log has of this step, also from before a restart. */
    default void copyLog(OutputStream sink) throws IOException, InterruptedException {}

    /** The job runs; called again after a restart. */
    default void running(BuildJob job) {}

    /**
     * It has ended, and all its output is in the log.
     *
     * @param stdout what it printed there, if that is apart
     */
    void ended(JobState state, byte[] stdout);

    /** It did not start, or its fate is unknown, or someone stopped it. */
    void failed(Throwable cause);
}
