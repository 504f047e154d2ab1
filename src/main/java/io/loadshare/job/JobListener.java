package io.loadshare.job;

/**
 * A listener for the events of one watched job. One thread at a time calls it. All jobs of the host share that thread,
 * so do not block it. If {@code output} or {@code stdout} throws, the cursor does not move and the same bytes arrive
 * again.
 */
public interface JobListener {

    /**
     * Receives the next part of the job's output: of the joined output, or of stderr if stdout is apart.
     *
     * @param next the cursor after these bytes; store it together with the bytes to survive a restart without gap or
     *     repetition
     */
    void output(byte[] bytes, OutputCursor next);

    /** Receives the next part of the job's stdout, if that is apart. */
    default void stdout(byte[] bytes, OutputCursor next) {}

    /** Receives a change of the job's state. A final state follows all output and is the last event. */
    void state(JobState state);

    /**
     * Reports that the host has been unreachable for {@code job.unreachableTimeout}. This is the last event. The job
     * may still run.
     *
     * @param message names the job, the host, the duration and the cause
     */
    void gaveUp(String message);
}
