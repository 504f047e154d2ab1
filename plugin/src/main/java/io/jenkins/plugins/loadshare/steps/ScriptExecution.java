package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import io.loadshare.job.JobState;
import java.nio.charset.StandardCharsets;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** A running {@code loadshare} step. */
final class ScriptExecution extends PlacingExecution {

    private static final long serialVersionUID = 1L;

    /** Persistent: whether the exit status is the result. */
    private final boolean returnStatus;

    /** Persistent: whether what the script prints is the result. */
    private final boolean returnStdout;

    ScriptExecution(StepContext context, LoadshareStep step) {
        super(context, step);
        returnStatus = step.isReturnStatus();
        returnStdout = step.isReturnStdout();
    }

    @Override
    public void ended(JobState state, byte[] stdout) {
        boolean known = state.exitStatus().isPresent();
        int status = state.exitStatus().orElse(-1);
        if (known && returnStatus) {
            getContext().onSuccess(status);
        } else if (status != 0) {
            getContext().onFailure(new AbortException(EndMessages.words(state)));
        } else {
            getContext().onSuccess(returnStdout ? new String(stdout, StandardCharsets.UTF_8) : null);
        }
    }
}
