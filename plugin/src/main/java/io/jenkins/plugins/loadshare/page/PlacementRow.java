package io.jenkins.plugins.loadshare.page;

import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.loadshare.service.Placements;
import io.jenkins.plugins.loadshare.steps.PlacedJob;
import io.jenkins.plugins.loadshare.steps.PlacesAction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A job with the reason for its host, as stored with its build. */
@ExportedBean(defaultVisibility = 2)
public final class PlacementRow {

    private final PlacedJob job;
    private final String build;
    private final Instant now;

    private PlacementRow(PlacedJob job, String build, Instant now) {
        this.job = job;
        this.build = build;
        this.now = now;
    }

    /** Empty if the build is gone. */
    static Optional<PlacementRow> of(Placements.Placement placement, Instant now) {
        return placed(placement).map(job -> new PlacementRow(job, placement.build(), now));
    }

    /** Users who may see the page see where a job went, but not necessarily which build it belongs to. */
    private static Optional<PlacedJob> placed(Placements.Placement placement) {
        try (ACLContext context = ACL.as2(ACL.SYSTEM2)) {
            Run<?, ?> run = Run.fromExternalizableId(placement.build());
            PlacesAction places = run == null ? null : run.getAction(PlacesAction.class);
            return places == null
                    ? Optional.empty()
                    : places.getJobs().stream()
                            .filter(job -> job.getId().equals(placement.job()))
                            .findFirst();
        }
    }

    /** The job's id. */
    @Exported
    public String getJob() {
        return job.getId();
    }

    /** The build that started it; null if the user may not see it. */
    @Exported
    public BuildLink getBuild() {
        return BuildLink.of(build).orElse(null);
    }

    @Exported
    public String getHost() {
        return job.getHost();
    }

    /** The request as text. */
    @Exported
    public String getWants() {
        return job.getWants();
    }

    /** The time since the placement, in seconds. */
    @Exported
    public double getAge() {
        return age().toMillis() / 1000.0;
    }

    private Duration age() {
        return Duration.between(Instant.ofEpochMilli(job.getSince()), now);
    }

    /** The best hosts, best first. */
    @Exported
    public List<PlacedJob.Candidate> getCandidates() {
        return job.getBest();
    }

    /** Returns why other hosts were refused, one entry for each reason. */
    @Exported
    public List<String> getRefusals() {
        return job.getRefusals();
    }

    /** Returns the state of the license; null if none was requested. */
    @Exported
    public String getLicense() {
        return job.getLicense();
    }

    public String getAgeWords() {
        return AgeFormat.print(age());
    }

    /** Returns the job as its build stores it. */
    public PlacedJob getPlaced() {
        return job;
    }
}
