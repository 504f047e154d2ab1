package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.job.ConnectionListener;
import io.loadshare.job.ForegroundJob;
import io.loadshare.job.Job;
import io.loadshare.job.JobEngine;
import io.loadshare.job.JobListener;
import io.loadshare.job.JobState;
import io.loadshare.job.OutputCursor;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.Pipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A detached job whose output is read like the streams of a foreground job. It has no input, and it continues to run if
 * its client ends.
 */
final class FollowedJob implements ForegroundJob, JobListener {

    private final Job job;
    private final ConnectionListener listener;
    private final InstantSource clock;
    private final Supplier<Optional<String>> reason;
    private final Pipe output = new Pipe();
    private final Pipe errors = new Pipe();
    private final OutputStream outputSink = output.writer();
    private final OutputStream errorSink = errors.writer();
    private final CompletableFuture<JobState> end = new CompletableFuture<>();
    private volatile Optional<Instant> lostAt = Optional.empty();
    private volatile JobEngine.Watch watch = () -> {};

    /** @param reason returns why the host ended the job, once it has ended */
    FollowedJob(Job job, ConnectionListener listener, InstantSource clock, Supplier<Optional<String>> reason) {
        this.job = job;
        this.listener = listener;
        this.clock = clock;
        this.reason = reason;
    }

    /** @param started the watch that reports to this object */
    void followedBy(JobEngine.Watch started) {
        watch = started;
    }

    @Override
    public void output(byte[] bytes, OutputCursor next) {
        write(errorSink, bytes);
    }

    @Override
    public void stdout(byte[] bytes, OutputCursor next) {
        write(outputSink, bytes);
    }

    private static void write(OutputStream sink, byte[] bytes) {
        try {
            sink.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void state(JobState state) {
        if (state instanceof JobState.Unreachable unreachable) {
            lostAt = Optional.of(unreachable.since());
            listener.connectionLost(job, unreachable.reason());
            return;
        }
        lostAt.ifPresent(since -> listener.reconnected(job, Duration.between(since, clock.instant())));
        lostAt = Optional.empty();
        if (state.isFinal()) {
            finish(() -> end.complete(state));
        }
    }

    @Override
    public void gaveUp(String message) {
        finish(() -> end.completeExceptionally(new LoadshareException(LoadshareException.Kind.LOST, message)));
    }

    private void finish(Runnable completion) {
        output.end();
        errors.end();
        completion.run();
    }

    @Override
    public Job job() {
        return job;
    }

    @Override
    public OutputStream stdin() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public InputStream stdout() {
        return output.reader();
    }

    @Override
    public InputStream stderr() {
        return errors.reader();
    }

    @Override
    public int waitFor(Deadline deadline) {
        try {
            return status(end.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            throw new LoadshareException(
                    LoadshareException.Kind.LOST,
                    "job " + job.id() + " on " + job.host() + " did not end within " + deadline.words());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadshareException(
                    LoadshareException.Kind.LOST, "interrupted while waiting for job " + job.id(), e);
        } catch (ExecutionException e) {
            throw (LoadshareException) e.getCause();
        }
    }

    private int status(JobState state) {
        if (state instanceof JobState.Unstarted unstarted) {
            return unstarted.status();
        }
        return state.exitStatus()
                .orElseThrow(() -> new LoadshareException(
                        LoadshareException.Kind.LOST, "job " + job.id() + " on " + job.host() + " is " + state));
    }

    @Override
    public boolean isDetached() {
        return true;
    }

    @Override
    public Optional<String> endReason() {
        return end.isDone() && !end.isCompletedExceptionally() && end.join() instanceof JobState.Killed
                ? reason.get()
                : Optional.empty();
    }

    @Override
    public void close() {
        watch.close();
    }
}
