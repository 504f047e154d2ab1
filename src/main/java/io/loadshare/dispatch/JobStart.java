package io.loadshare.dispatch;

import io.loadshare.LoadshareException;
import io.loadshare.job.JobLauncher;
import io.loadshare.job.UnansweredStartException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The start of one job on one host, which is repeated until it is certain whether the job runs. A host that was told to begin
 * the job and does not answer is asked again by a start with the same ID. Only its own answer counts then: that it cannot be
 * reached says nothing about the job. One thread at a time.
 */
public final class JobStart<T> {

    /** A job that is prepared begins soon or never, so that an answer after this time is certain. */
    public static final Duration CERTAIN_AFTER = JobLauncher.BEGIN_LIMIT.plusSeconds(5);

    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(3);

    private final Supplier<T> start;
    private final Duration limit;
    private final InstantSource clock;
    private UnansweredStartException unanswered;
    private Instant giveUpAt;
    private Instant next;

    /**
     * @param start starts the job as {@link io.loadshare.job.JobLauncher#start} does, with the same exceptions
     * @param limit how long a host that does not answer is asked
     */
    public JobStart(Supplier<T> start, Duration limit, InstantSource clock) {
        this.start = start;
        this.limit = limit;
        this.clock = clock;
        this.next = clock.instant();
    }

    /** The start of a job that a host may have been told to begin before. */
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

    /** Whether the job may run although that is not known. */
    public boolean isUnanswered() {
        return unanswered != null;
    }

    Instant next() {
        return next;
    }

    /**
     * Starts the job, or asks again.
     *
     * @return the job; empty if the host has not answered, to be tried again when it {@linkplain #isDue is due}
     * @throws UnansweredStartException if the host has not answered for too long: the job may run
     * @throws LoadshareException of any other kind if the job has not started, and will not
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
