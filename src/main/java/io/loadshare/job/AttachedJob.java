package io.loadshare.job;

import io.loadshare.LoadshareException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A listener that forwards events and lets one thread wait for the end of the job. An exception of the wrapped listener
 * also ends the wait.
 */
final class AttachedJob implements JobListener {

    private final JobListener listener;
    private final CompletableFuture<JobState> end = new CompletableFuture<>();

    AttachedJob(JobListener listener) {
        this.listener = listener;
    }

    @Override
    public void output(byte[] bytes, OutputCursor next) {
        forward(() -> listener.output(bytes, next));
    }

    @Override
    public void stdout(byte[] bytes, OutputCursor next) {
        forward(() -> listener.stdout(bytes, next));
    }

    @Override
    public void state(JobState state) {
        forward(() -> listener.state(state));
        if (state.isFinal()) {
            end.complete(state);
        }
    }

    @Override
    public void gaveUp(String message) {
        forward(() -> listener.gaveUp(message));
        end.completeExceptionally(new LoadshareException(LoadshareException.Kind.LOST, message));
    }

    JobState await() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }

    private void forward(Runnable call) {
        if (end.isDone()) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException e) {
            end.completeExceptionally(e);
        }
    }
}
