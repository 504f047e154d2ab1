package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import io.loadshare.job.JobState;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.function.Supplier;
import org.jenkinsci.plugins.workflow.steps.BodyExecution;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** A running step that holds a slot by a job while its block runs: {@code withLoadshare} by a job that does nothing. */
class BlockExecution extends PlacingExecution {

    private static final long serialVersionUID = 1L;

    /** Persistent: the block, once it has started. */
    private volatile BodyExecution body;

    /** Persistent: how the block ended. */
    private volatile Outcome outcome;

    /** The result of a block. Not a record, since records cannot be stored with a build's program. */
    private static final class Outcome implements Serializable {

        private static final long serialVersionUID = 1L;

        private final Object result;
        private final Throwable failure;

        Outcome(Object result, Throwable failure) {
            this.result = result;
            this.failure = failure;
        }
    }

    BlockExecution(StepContext context, PlacingStep step) {
        super(context, step);
    }

    @Override
    public void running(BuildJob job) {
        if (outcome != null) {
            giveBack();
        } else if (body == null) {
            begin(() -> variables(job));
        }
    }

    final void begin(Supplier<Map<String, String>> variables) {
        try {
            EnvironmentExpander expander = EnvironmentExpander.merge(
                    getContext().get(EnvironmentExpander.class), EnvironmentExpander.constant(variables.get()));
            body = getContext()
                    .newBodyInvoker()
                    .withContext(expander)
                    .withCallback(new Over(this))
                    .start();
            getContext().saveState();
        } catch (IOException e) {
            fail(e);
        } catch (LoadshareException e) {
            fail(new AbortException(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the step whose block cannot begin. */
    private void fail(Exception cause) {
        if (!job().stop(cause)) {
            failed(cause);
        }
    }

    /** Returns what the block finds in its environment. */
    Map<String, String> variables(BuildJob job) {
        return variables(job.host(), job.user());
    }

    static Map<String, String> variables(Host host, String user) {
        return Map.of(
                "LOADSHARE_HOST", host.name().value(),
                "LOADSHARE_ADDRESS", host.address(),
                "LOADSHARE_USER", user);
    }

    final boolean isBegun() {
        return body != null;
    }

    final boolean isBlockOver() {
        return outcome != null;
    }

    /** Returns the message for a job that ended before the block. */
    String lost() {
        return "The place is lost";
    }

    @Override
    public void stop(Throwable cause) {
        if (body == null) {
            super.stop(cause);
        } else {
            body.cancel(cause);
        }
    }

    private void over(Outcome how) {
        outcome = how;
        giveBack();
    }

    void giveBack() {
        if (!job().stop(new AbortException("The block is over"))) {
            failed(null);
        }
    }

    /** The slot is released, so the block's own result becomes the step's result. */
    @Override
    public void failed(Throwable cause) {
        if (outcome == null) {
            super.failed(cause);
        } else if (outcome.failure != null) {
            getContext().onFailure(outcome.failure);
        } else {
            getContext().onSuccess(outcome.result);
        }
    }

    /** The slot is lost, most likely with its host. The block keeps running, since its result may still be useful. */
    @Override
    public void ended(JobState state, byte[] stdout) {
        if (outcome == null) {
            job().say(lost() + " (" + state + "), the block goes on without it");
        }
    }

    /** Releases the slot when the block ends. */
    private static final class Over extends BodyExecutionCallback {

        private static final long serialVersionUID = 1L;

        private final BlockExecution step;

        Over(BlockExecution step) {
            this.step = step;
        }

        @Override
        public void onSuccess(StepContext context, Object result) {
            step.over(new Outcome(result, null));
        }

        @Override
        public void onFailure(StepContext context, Throwable failure) {
            step.over(new Outcome(null, failure));
        }
    }
}
