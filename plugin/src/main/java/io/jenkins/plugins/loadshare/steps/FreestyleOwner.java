package io.jenkins.plugins.loadshare.steps;

import hudson.AbortException;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.Executor;
import hudson.model.Node;
import hudson.model.Result;
import hudson.model.TaskListener;
import io.jenkins.plugins.loadshare.service.Requester;
import io.loadshare.job.JobState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jenkins.model.CauseOfInterruption;

/** A freestyle build that waits for its job. */
final class FreestyleOwner implements JobOwner {

    /** Longer than the end of any job may take. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(80);

    private final AbstractBuild<?, ?> build;
    private final BuildListener listener;
    private final String step = "builder " + UUID.randomUUID();
    private final Instant since;
    private final CompletableFuture<JobState> end = new CompletableFuture<>();

    FreestyleOwner(AbstractBuild<?, ?> build, BuildListener listener, Instant since) {
        this.build = build;
        this.listener = listener;
        this.since = since;
    }

    /** @throws AbortException if the job failed; the message explains why */
    JobState await() throws InterruptedException, AbortException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new AbortException(e.getCause().getMessage());
        }
    }

    /** Waits until a job that was asked to stop has ended, or cannot be stopped. */
    void awaitStop() {
        try {
            end.get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The log explains the failure.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Requester requester() {
        return Requester.of(build);
    }

    @Override
    public String step() {
        return step;
    }

    @Override
    public Instant since() {
        return since;
    }

    @Override
    public TaskListener listener() {
        return listener;
    }

    @Override
    public Map<String, String> variables() throws IOException, InterruptedException {
        Node node = build.getBuiltOn();
        return BuildVariables.of(build.getEnvironment(listener), node == null ? null : node.toComputer());
    }

    @Override
    public void abort(String by) {
        Executor executor = build.getExecutor();
        if (executor != null) {
            executor.interrupt(Result.ABORTED, new CauseOfInterruption.UserInterruption(by));
        }
    }

    @Override
    public void ended(JobState state, byte[] stdout) {
        end.complete(state);
    }

    @Override
    public void failed(Throwable cause) {
        end.completeExceptionally(cause);
    }
}
