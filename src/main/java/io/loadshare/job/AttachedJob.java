package io.loadshare.job;

import io.loadshare.LoadshareException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Hands on what it is told, and lets one thread wait for the end. What the listener throws ends it too. */
final class AttachedJob implements JobListener {

    private final JobListener listener;
    private final CompletableFuture<JobState> end = new CompletableFuture<>();

    AttachedJob(JobListener listener) {
        this.listener = listener;
    }

    @Override
    public void output(byte[] bytes, OutputCursor next) {
        hand(() -> listener.output(bytes, next));
    }

    @Override
    public void stdout(byte[] bytes, OutputCursor next) {
        hand(() -> listener.stdout(bytes, next));
    }

    @Override
    public void state(JobState state) {
        hand(() -> listener.state(state));
        if (state.isFinal()) {
            end.complete(state);
        }
    }

    @Override
    public void gaveUp(String message) {
        hand(() -> listener.gaveUp(message));
        end.completeExceptionally(new LoadshareException(LoadshareException.Kind.LOST, message));
    }

    JobState await() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }

    private void hand(Runnable call) {
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
