package io.jenkins.plugins.loadshare.service;

import hudson.model.Cause;
import hudson.model.Job;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.Tasks;
import java.util.List;
import java.util.Optional;
import org.springframework.security.core.Authentication;

/**
 * Who requests a slot: a build, or a job whose build does not exist yet, since it waits in Jenkins' queue.
 *
 * @param run empty if the build does not exist yet
 * @param item the waiting build; empty if the build exists, or if this is known only from before a restart
 */
public record Requester(Job<?, ?> job, Optional<Run<?, ?>> run, Optional<Queue.Item> item) {

    public static Requester of(Run<?, ?> run) {
        return new Requester(run.getParent(), Optional.of(run), Optional.empty());
    }

    public static Requester of(Job<?, ?> job) {
        return new Requester(job, Optional.empty(), Optional.empty());
    }

    /** Returns who waits with an item of the queue: the build of a block, or a job. Empty for tasks of Jenkins itself. */
    public static Optional<Requester> of(Queue.Item item) {
        if (item.task.getOwnerExecutable() instanceof Run<?, ?> run) {
            return Optional.of(of(run));
        }
        return item.task.getOwnerTask() instanceof Job<?, ?> job
                ? Optional.of(new Requester(job, Optional.empty(), Optional.of(item)))
                : Optional.empty();
    }

    /** Returns the run's {@code externalizableId}, with the number 0 if the build does not exist yet. */
    public String build() {
        return run.map(Run::getExternalizableId).orElseGet(() -> job.getFullName() + "#0");
    }

    public String displayName() {
        return run.map(Run::getFullDisplayName).orElseGet(job::getFullDisplayName);
    }

    public List<Cause> causes() {
        return run.map(Run::getCauses)
                .orElseGet(() -> item.map(Queue.Item::getCauses).orElse(List.of()));
    }

    /** Returns whether the build exists and is not over. */
    public boolean isBuilding() {
        return run.isPresent() && run.get().isBuilding();
    }

    /** Returns the identity with which the build runs. */
    Authentication authentication() {
        return item.map(Queue.Item::authenticate2).orElseGet(() -> Tasks.getAuthenticationOf2((Queue.Task) job));
    }
}
