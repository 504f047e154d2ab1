package io.jenkins.plugins.loadshare.page;

import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.loadshare.service.Placements;
import io.jenkins.plugins.loadshare.steps.PlacedJob;
import io.jenkins.plugins.loadshare.steps.PlacesAction;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A job with the reason for its host, as stored with its build. */
@ExportedBean(defaultVisibility = 2)
public final class PlacementRow {

    /** The number of best hosts, and of reasons for refusals, that are listed individually. */
    static final int SHOWN = 10;

    private final PlacedJob job;
    private final Optional<BuildLink> build;
    private final Instant now;

    private PlacementRow(PlacedJob job, Optional<BuildLink> build, Instant now) {
        this.job = job;
        this.build = build;
        this.now = now;
    }

    /** Empty if the build is gone. */
    static Optional<PlacementRow> of(Placements.Placement placement, Instant now) {
        return placed(placement).map(job -> new PlacementRow(job, BuildLink.of(placement.build()), now));
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
        return build.orElse(null);
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
        return scored().stream().limit(SHOWN).toList();
    }

    private List<PlacedJob.Candidate> scored() {
        return job.getCandidates().stream()
                .filter(candidate -> candidate.getScore() != null)
                .toList();
    }

    /** Returns why other hosts were refused, one entry for each reason. */
    @Exported
    public List<String> getRefusals() {
        Map<String, List<HostName>> folded = new LinkedHashMap<>();
        job.getCandidates().stream()
                .filter(candidate -> candidate.getScore() == null)
                .forEach(candidate -> folded.computeIfAbsent(candidate.getReason(), reason -> new ArrayList<>())
                        .add(new HostName(candidate.getHost())));
        List<String> lines = new ArrayList<>();
        folded.entrySet().stream()
                .limit(SHOWN)
                .forEach(entry -> lines.add(HostSet.fold(entry.getValue()) + ": " + entry.getKey()));
        List<HostName> rest =
                folded.values().stream().skip(SHOWN).flatMap(List::stream).toList();
        if (!rest.isEmpty()) {
            lines.add(HostSet.fold(rest) + ": " + Messages.PlacementRow_rest());
        }
        return lines;
    }

    /** Returns the state of the license; null if none was requested. */
    @Exported
    public String getLicense() {
        return job.getLicense();
    }

    public String getAgeWords() {
        return AgeFormat.print(age());
    }

    public String getScoreWords() {
        return job.getScoreText();
    }

    /** Returns the number of other suitable hosts that are not listed. */
    public int getMore() {
        return Math.max(0, scored().size() - SHOWN);
    }
}
