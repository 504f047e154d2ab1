package io.jenkins.plugins.loadshare.page;

import io.jenkins.plugins.loadshare.service.BuildJob;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The jobs that people want ended, until they have. Any thread may call. */
final class Endings {

    private final Map<String, Ending> endings = new ConcurrentHashMap<>();

    /** One job that someone wants ended. */
    record Ending(CompletableFuture<Void> result) {

        boolean hasFailed() {
            return result.isCompletedExceptionally();
        }

        /** Why it has not ended. */
        Optional<String> problem() {
            if (!hasFailed()) {
                return Optional.empty();
            }
            Throwable cause = result.handle((nothing, e) -> e).join();
            return Optional.of((cause instanceof CompletionException ? cause.getCause() : cause).getMessage());
        }
    }

    void add(String id, CompletableFuture<Void> result) {
        endings.put(id, new Ending(result));
    }

    Optional<Ending> of(String id) {
        return Optional.ofNullable(endings.get(id));
    }

    /** Forgets all but these jobs. */
    void retain(Collection<BuildJob> jobs) {
        Set<String> ids = jobs.stream().map(BuildJob::id).collect(Collectors.toSet());
        endings.keySet().retainAll(ids);
    }
}
