package io.loadshare.dispatch;

import io.loadshare.LoadshareException;
import io.loadshare.job.JobEngine;
import io.loadshare.job.UnansweredStartException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The start of one job on one host, repeated until it is certain whether the job runs. If a host received the order to
 * begin the job and does not answer, a start with the same ID asks it again. From then on only the host's own answer
 * counts: a failure to reach the host does not show whether the job runs. For use by one thread at a time.
 */
public final class JobStart<T> {

    /**
     * The time after which an answer is certain: a prepared job begins within {@link JobEngine#BEGIN_LIMIT} or never.
     */
    public static final Duration CERTAIN_AFTER = JobEngine.BEGIN_LIMIT.plusSeconds(5);

    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(3);

    private final Supplier<T> start;
    private final Duration limit;
    private final InstantSource clock;
    private UnansweredStartException unanswered;
    private Instant giveUpAt;
    private Instant next;

    /**
     * @param start starts the job like {@link io.loadshare.job.JobEngine#start}, with the same exceptions
     * @param limit how long to ask a host that does not answer
     */
    public JobStart(Supplier<T> start, Duration limit, InstantSource clock) {
        this.start = start;
        this.limit = limit;
        this.clock = clock;
        this.next = clock.instant();
    }

    /** Returns the start of a job for a host that may already have received the order to begin it. */
    public static <T> JobStart<T> repeated(
            UnansweredStartException first, Supplier<T> start, Duration limit, InstantSource clock) {
        JobStart<T> repeated = new JobStart<>(start, limit, clock);
        repeated.unanswered = first;
        repeated.giveUpAt = clock.instant().plus(limit);
        return repeated;
    }

    public boolean isDue() {
        return !clock.instant().isBefore(next);
    }

    /** Returns whether the job may run without our knowledge. */
    public boolean isUnanswered() {
        return unanswered != null;
    }

    Instant next() {
        return next;
    }

    /**
     * Starts the job, or asks the host again.
     *
     * @return the job; empty if the host has not answered: try again when it {@linkplain #isDue is due}
     * @throws UnansweredStartException if the host has not answered for too long; the job may run
     * @throws LoadshareException of any other kind if the job has not started and will not start
     */
    public Optional<T> tryNow() {
        try {
            return Optional.of(start.get());
        } catch (UnansweredStartException e) {
            awaitAnswer(e);
        } catch (LoadshareException e) {
            if (unanswered == null || e.kind() == LoadshareException.Kind.STATE) {
                throw e;
            }
            awaitAnswer(unanswered);
        }
        return Optional.empty();
    }

    private void awaitAnswer(UnansweredStartException e) {
        Instant now = clock.instant();
        if (unanswered == null) {
            giveUpAt = now.plus(limit);
        }
        unanswered = e;
        if (!now.isBefore(giveUpAt)) {
            throw e;
        }
        next = now.plus(BETWEEN_QUESTIONS);
    }
}
