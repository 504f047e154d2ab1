package io.loadshare.job;

/**
 * Told of one watched job, by one thread at a time. It is shared with all jobs of the host, so do not keep it waiting.
 * What an {@code output} throws leaves the cursor where it was: the same bytes come again.
 */
public interface JobListener {

    /**
     * The next part of its output: of the joined output, or of stderr if stdout is apart.
     *
     * @param next where to go on after this; store it together with the bytes to survive a restart without gap or repetition
     */
    void output(byte[] bytes, OutputCursor next);

    /** The next part of its stdout, if that is apart. */
    default void stdout(byte[] bytes, OutputCursor next) {}

    /** Its state has changed. After a final state, which follows all output, nothing more comes. */
    void state(JobState state);

    /**
     * Its host has not told us for {@code job.unreachableTimeout}; nothing more comes. The job may run on.
     *
     * @param message names job, host, how long, and why
     */
    void gaveUp(String message);
}
