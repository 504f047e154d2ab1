package io.loadshare.job.ssh;

import io.loadshare.LoadshareException;
import io.loadshare.job.Job;
import io.loadshare.job.JobState;
import io.loadshare.transport.Deadline;
import io.loadshare.transport.TransportException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The end of a foreground job: known with its exit status, or never to be known. This class is thread-safe. */
final class JobEnd {

    private record End(int status, Optional<String> reason) {}

    private final CompletableFuture<End> end = new CompletableFuture<>();

    /**
     * Records the host's report.
     *
     * @param status the exit status, or "lost"
     * @param reason why the host ended the job, empty if it did not; or why it is lost
     */
    void reported(Job job, String status, String reason) {
        if (status.equals("lost")) {
            unknown(job, JobState.parse("lost " + reason.strip()).toString(), null);
        } else {
            end.complete(new End(Integer.parseInt(status), Optional.of(reason).filter(text -> !text.isEmpty())));
        }
    }

    /** Returns the failure that {@link #await} throws from now on. */
    LoadshareException unknown(Job job, String why, Exception cause) {
        LoadshareException failure = new TransportException(
                TransportException.Reason.LOST, "job " + job.id() + " on " + job.host() + ": " + why, cause);
        end.completeExceptionally(failure);
        return failure;
    }

    boolean isKnown() {
        return end.isDone() && !isUnknown();
    }

    boolean isUnknown() {
        return end.isCompletedExceptionally();
    }

    Optional<String> reason() {
        return isKnown() ? end.join().reason() : Optional.empty();
    }

    /** Waits for the end and returns the exit status. */
    int await(Job job, Deadline deadline) {
        try {
            return end.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS).status();
        } catch (TimeoutException e) {
            throw new TransportException(
                    TransportException.Reason.TIMED_OUT,
                    job.host() + " did not end the command within " + deadline.words(),
                    null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException(
                    TransportException.Reason.LOST, "interrupted while waiting for job " + job.id(), e);
        } catch (ExecutionException e) {
            throw (LoadshareException) e.getCause();
        }
    }
}
