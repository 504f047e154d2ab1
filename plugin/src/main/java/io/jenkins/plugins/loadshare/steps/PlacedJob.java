package io.jenkins.plugins.loadshare.steps;

import io.loadshare.Durations;
import io.loadshare.Numbers;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.placement.Explanation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The placement of one job of a build: where it ran, and why. Immutable; stored with the build. */
@ExportedBean(defaultVisibility = 2)
public final class PlacedJob {

    private final String id;
    private final String host;
    private final String wants;
    private final String license;
    private final double score;
    private final long since;
    private final long until;
    private final String state;
    private final List<Candidate> candidates;

    private PlacedJob(
            String id,
            String host,
            String wants,
            String license,
            double score,
            long since,
            long until,
            String state,
            List<Candidate> candidates) {
        this.id = id;
        this.host = host;
        this.wants = wants;
        this.license = license;
        this.score = score;
        this.since = since;
        this.until = until;
        this.state = state;
        this.candidates = candidates;
    }

    static PlacedJob of(PlacedRequest place, Instant now) {
        Explanation why = place.decision().explanation();
        List<Candidate> candidates = new ArrayList<>();
        why.candidates().forEach(line -> candidates.add(new Candidate(line)));
        return new PlacedJob(
                place.id(),
                place.host().name().value(),
                why.wants(),
                why.license().orElse(null),
                place.decision().score(),
                now.toEpochMilli(),
                0,
                "RUNNING",
                candidates);
    }

    PlacedJob ended(String how, Instant now) {
        return new PlacedJob(id, host, wants, license, score, since, now.toEpochMilli(), how, candidates);
    }

    @Exported
    public String getId() {
        return id;
    }

    @Exported
    public String getHost() {
        return host;
    }

    @Exported
    public String getWants() {
        return wants;
    }

    /** The result of the license rule; null if no license was requested. */
    @Exported
    public String getLicense() {
        return license;
    }

    @Exported
    public double getScore() {
        return score;
    }

    /** Milliseconds since 1970. */
    @Exported
    public long getSince() {
        return since;
    }

    /** Milliseconds since 1970; 0 while it runs. */
    @Exported
    public long getUntil() {
        return until;
    }

    /** The job's state, or how it ended. */
    @Exported
    public String getState() {
        return state;
    }

    /** The hosts that were considered, including the chosen one. */
    @Exported
    public List<Candidate> getCandidates() {
        return candidates;
    }

    public String getScoreText() {
        return Numbers.print(score);
    }

    /** Returns how long the job ran; empty while it runs. */
    public String getTook() {
        return until == 0 ? "" : Durations.print(Duration.ofSeconds((until - since) / 1000));
    }

    /** One host that was considered. */
    @ExportedBean(defaultVisibility = 3)
    public static final class Candidate {

        private final String host;
        private final Double score;
        private final String reason;
        private final Long age;

        Candidate(Explanation.Line line) {
            host = line.host().value();
            score = line.score().isPresent() ? line.score().getAsDouble() : null;
            reason = line.refusal().map(Explanation.Refusal::words).orElseGet(() -> terms(line.terms()))
                    + (line.preferred() ? ", holds a seat" : "");
            age = line.age().map(Duration::toSeconds).orElse(null);
        }

        private static String terms(Map<String, Double> terms) {
            return terms.entrySet().stream()
                    .map(term -> term.getKey() + " " + Numbers.print(term.getValue()))
                    .collect(Collectors.joining(", "));
        }

        @Exported
        public String getHost() {
            return host;
        }

        /** Null if the host was rejected. */
        @Exported
        public Double getScore() {
            return score;
        }

        /** The parts of the score, or the reason for the rejection. */
        @Exported
        public String getReason() {
            return reason;
        }

        /** The age of the host's report in seconds; null if there was none. */
        @Exported
        public Long getAge() {
            return age;
        }

        public String getScoreText() {
            return score == null ? "–" : Numbers.print(score);
        }

        public String getAgeText() {
            return age == null ? "–" : Durations.print(Duration.ofSeconds(age));
        }
    }
}
