package io.jenkins.plugins.loadshare.page;

import io.jenkins.plugins.loadshare.service.BuildJob;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A job that a build started and that is not known to have ended. */
@ExportedBean(defaultVisibility = 2)
public final class JobRow {

    private final BuildJob job;
    private final boolean orphan;
    private final boolean pending;
    private final Optional<PendingAborts.Ending> ending;
    private final Instant now;

    /** @param pending whether it waits in Slurm */
    JobRow(BuildJob job, boolean orphan, boolean pending, Optional<PendingAborts.Ending> ending, Instant now) {
        this.job = job;
        this.orphan = orphan;
        this.pending = pending;
        this.ending = ending;
        this.now = now;
    }

    @Exported
    public String getId() {
        return job.id();
    }

    @Exported
    public String getHost() {
        return job.host().name().value();
    }

    /** The login name there. */
    @Exported
    public String getUser() {
        return job.user();
    }

    /** The request as text. */
    @Exported
    public String getWants() {
        return job.wants();
    }

    /** The build that started it; null if it is gone or the user may not see it. */
    @Exported
    public BuildLink getBuild() {
        return BuildLink.of(job.build()).orElse(null);
    }

    /**
     * {@code starting}, {@code pending} in Slurm, {@code running}, or {@code orphaned} if it is running but no build
     * follows it any more.
     */
    @Exported
    public String getState() {
        if (job.job().isEmpty()) {
            return "starting";
        }
        return orphan ? "orphaned" : pending ? "pending" : "running";
    }

    /** The time since it was started, in seconds. */
    @Exported
    public double getAge() {
        return Duration.between(job.startedAt(), now).toMillis() / 1000.0;
    }

    /** Whether its abort was requested and it has not ended yet. */
    @Exported
    public boolean isEnding() {
        return ending.isPresent() && ending.get().problem(now).isEmpty();
    }

    /** Why it could not be aborted; null if nobody tried. */
    @Exported
    public String getProblem() {
        return ending.flatMap(asked -> asked.problem(now)).orElse(null);
    }

    public String getAgeWords() {
        return AgeFormat.print(Duration.between(job.startedAt(), now));
    }

    public boolean isOrphan() {
        return orphan;
    }

    public String getStateWord() {
        if (isEnding()) {
            return Messages.JobRow_ending();
        }
        if (job.job().isEmpty()) {
            return Messages.JobRow_starting();
        }
        if (orphan) {
            return Messages.JobRow_orphaned();
        }
        return pending ? Messages.JobRow_pending() : Messages.JobRow_running();
    }

    /** Returns all that the row shows, in no language and without ages. */
    String content() {
        return String.join("|", getId(), getState(), isEnding() + "", getProblem() == null ? "" : "problem");
    }

    public String getSymbol() {
        String name = isEnding() || pending || job.job().isEmpty() ? "hourglass" : orphan ? "unlink" : "play-circle";
        return "symbol-" + name + "-outline plugin-ionicons-api";
    }

    public String getColor() {
        return orphan ? "warning" : "success";
    }
}
