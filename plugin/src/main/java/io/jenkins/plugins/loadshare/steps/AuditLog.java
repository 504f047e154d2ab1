package io.jenkins.plugins.loadshare.steps;

import hudson.model.Cause;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.Requester;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * The audit log: one line for each job that a build starts, with the job's build, host, and credentials, on the logger
 * {@code io.jenkins.plugins.loadshare.audit}.
 */
final class AuditLog {

    private static final Logger LOGGER = Logger.getLogger("io.jenkins.plugins.loadshare.audit");

    private AuditLog() {}

    static void note(Requester requester, BuildJob job) {
        LOGGER.log(Level.INFO, "{0} runs job {1} of {2} ({3}) on {4} as {5} with {6}", new Object[] {
            who(requester.causes()),
            job.id(),
            requester.displayName(),
            job.wants(),
            job.host().name(),
            job.user(),
            job.credentialsId().map(id -> "credentials " + id).orElse("no credentials, on the controller")
        });
    }

    private static String who(List<Cause> causes) {
        return causes.isEmpty()
                ? "unknown"
                : causes.stream()
                        .map(cause -> cause instanceof Cause.UserIdCause user
                                ? "user " + user.getUserId()
                                : "'" + cause.getShortDescription() + "'")
                        .collect(Collectors.joining(", "));
    }
}
