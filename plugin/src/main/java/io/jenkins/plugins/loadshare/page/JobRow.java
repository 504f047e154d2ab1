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
    private final Optional<PendingAborts.Ending> ending;
    private final Instant now;

    JobRow(BuildJob job, boolean orphan, Optional<PendingAborts.Ending> ending, Instant now) {
        this.job = job;
        this.orphan = orphan;
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

    /** {@code starting}, {@code running}, or {@code orphaned} if it is running but no build follows it any more. */
    @Exported
    public String getState() {
        if (job.job().isEmpty()) {
            return "starting";
        }
        return orphan ? "orphaned" : "running";
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
        return orphan ? Messages.JobRow_orphaned() : Messages.JobRow_running();
    }

    /** Returns all that the row shows, in no language and without ages. */
    String content() {
        return String.join("|", getId(), getState(), isEnding() + "", getProblem() == null ? "" : "problem");
    }

    public String getSymbol() {
        String name = isEnding() || job.job().isEmpty() ? "hourglass" : orphan ? "unlink" : "play-circle";
        return "symbol-" + name + "-outline plugin-ionicons-api";
    }

    public String getColor() {
        return orphan ? "warning" : "success";
    }
}
