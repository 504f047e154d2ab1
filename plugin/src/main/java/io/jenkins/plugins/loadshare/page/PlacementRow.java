package io.jenkins.plugins.loadshare.page;

import io.jenkins.plugins.loadshare.service.Placements;
import io.loadshare.Numbers;
import io.loadshare.placement.Explanation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One job and why it went to its host. */
@ExportedBean(defaultVisibility = 2)
public final class PlacementRow {

    /** As many of the best hosts are told one by one. */
    static final int SHOWN = 10;

    private final Placements.Placement placement;
    private final Explanation explanation;
    private final Optional<BuildLink> build;
    private final Instant now;

    PlacementRow(Placements.Placement placement, Instant now) {
        this.placement = placement;
        this.explanation = placement.place().decision().explanation();
        this.build = BuildLink.of(placement.build());
        this.now = now;
    }

    /** A host that would have done, and what its score is made of. */
    @ExportedBean(defaultVisibility = 3)
    public record Candidate(
            @Exported String host,
            @Exported double score,
            @Exported Map<String, Double> terms,
            Optional<Duration> old) {

        /** Seconds since it was measured. */
        @Exported
        public Double age() {
            return old.map(age -> age.toMillis() / 1000.0).orElse(null);
        }

        public String scoreWords() {
            return Numbers.print(score);
        }

        public String termWords() {
            return terms.entrySet().stream()
                    .map(term -> term.getKey() + " " + Numbers.print(term.getValue()))
                    .collect(Collectors.joining(", "));
        }

        public String ageWords() {
            return old.map(Ages::print).orElse("–");
        }
    }

    /** The job's id. */
    @Exported
    public String getJob() {
        return placement.place().id();
    }

    /** The build that started it; null if it is gone, or not for the eyes of who asks. */
    @Exported
    public BuildLink getBuild() {
        return build.orElse(null);
    }

    @Exported
    public String getHost() {
        return placement.place().host().name().value();
    }

    /** What was asked for, in words. */
    @Exported
    public String getWants() {
        return explanation.wants();
    }

    @Exported
    public String getModel() {
        return explanation.model().word();
    }

    /** Seconds ago. */
    @Exported
    public double getAge() {
        return Duration.between(placement.at(), now).toMillis() / 1000.0;
    }

    /** The best hosts, best first. */
    @Exported
    public List<Candidate> getCandidates() {
        return explanation.candidates().stream()
                .filter(line -> line.score().isPresent())
                .limit(SHOWN)
                .map(line -> new Candidate(line.host().value(), line.score().getAsDouble(), line.terms(), line.age()))
                .toList();
    }

    /** Why other hosts were refused, equal hosts folded. */
    @Exported
    public List<String> getRefusals() {
        return explanation.refusals();
    }

    /** What the license rule saw. */
    @Exported
    public String getLicense() {
        return explanation.license().orElse(null);
    }

    public String getAgeWords() {
        return Ages.print(Duration.between(placement.at(), now));
    }

    public String getScoreWords() {
        return Numbers.print(placement.place().decision().score());
    }

    /** How many hosts would have done besides those that are shown. */
    public long getMore() {
        long scored = explanation.candidates().stream()
                .filter(line -> line.score().isPresent())
                .count();
        return Math.max(0, scored - SHOWN);
    }
}
