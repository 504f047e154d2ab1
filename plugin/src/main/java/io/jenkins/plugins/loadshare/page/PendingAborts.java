package io.jenkins.plugins.loadshare.page;

import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.FailureMessages;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The jobs whose abort was requested, until they end. Any thread may call. */
final class PendingAborts {

    private final Map<String, Ending> endings = new ConcurrentHashMap<>();

    /** How long an abort may take before it counts as failed. */
    private static final Duration ABORT_TIMEOUT = Duration.ofMinutes(1);

    /**
     * A job whose abort was requested.
     *
     * @param result the result of the request; for a job that a build follows, only that the build was notified
     */
    record Ending(CompletableFuture<Void> result, Instant since) {

        /** Returns why the job is still running; empty while that is normal. */
        Optional<String> problem(Instant now) {
            if (result.isCompletedExceptionally()) {
                Throwable cause = result.handle((nothing, e) -> e).join();
                return Optional.of(FailureMessages.of(cause));
            }
            return now.isAfter(since.plus(ABORT_TIMEOUT))
                    ? Optional.of(Messages.PendingAborts_late())
                    : Optional.empty();
        }
    }

    void add(String id, CompletableFuture<Void> result, Instant now) {
        endings.put(id, new Ending(result, now));
    }

    Optional<Ending> of(String id) {
        return Optional.ofNullable(endings.get(id));
    }

    /** Keeps only these jobs. */
    void retain(Collection<BuildJob> jobs) {
        Set<String> ids = jobs.stream().map(BuildJob::id).collect(Collectors.toSet());
        endings.keySet().retainAll(ids);
    }
}
