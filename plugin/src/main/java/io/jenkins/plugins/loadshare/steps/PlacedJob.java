package io.jenkins.plugins.loadshare.steps;

import io.loadshare.Durations;
import io.loadshare.Numbers;
import io.loadshare.dispatch.PlacedRequest;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import io.loadshare.placement.Explanation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The placement of one job of a build: where it ran, and why. Immutable; stored with the build. */
@ExportedBean(defaultVisibility = 2)
public final class PlacedJob {

    /** The state of a job that held a slot for a block, once the block is over. */
    static final String RELEASED = "RELEASED";

    /** The number of best hosts, and of reasons for refusals, that pages list individually. */
    public static final int SHOWN = 10;

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

    /** Returns whether it runs, or how it ended and after what time. */
    public String getStateWords() {
        if (until == 0) {
            return Messages.PlacedJob_running();
        }
        String time = Durations.print(Duration.ofSeconds((until - since) / 1000));
        String[] words = state.split(" ", 2);
        return switch (words[0]) {
            case RELEASED -> Messages.PlacedJob_released(time);
            case "EXITED" -> Messages.PlacedJob_exited(words[1], time);
            case "KILLED" -> Messages.PlacedJob_killed(words[1], time);
            case "UNSTARTED" -> Messages.PlacedJob_unstarted();
            case "LOST" -> Messages.PlacedJob_lost(time, words[1]);
            default -> Messages.PlacedJob_unknown(time);
        };
    }

    /** Returns the best hosts, best first. */
    public List<Candidate> getBest() {
        return scored().stream().limit(SHOWN).toList();
    }

    /** Returns the number of other suitable hosts that are not listed. */
    public int getMore() {
        return Math.max(0, scored().size() - SHOWN);
    }

    private List<Candidate> scored() {
        return candidates.stream().filter(candidate -> candidate.score != null).toList();
    }

    /** Returns why other hosts were refused, one entry for each reason. */
    public List<String> getRefusals() {
        Map<String, List<HostName>> folded = new LinkedHashMap<>();
        candidates.stream()
                .filter(candidate -> candidate.score == null)
                .forEach(candidate -> folded.computeIfAbsent(candidate.reason, reason -> new ArrayList<>())
                        .add(new HostName(candidate.host)));
        List<String> lines = new ArrayList<>();
        folded.entrySet().stream()
                .limit(SHOWN)
                .forEach(entry -> lines.add(HostSet.fold(entry.getValue()) + ": " + entry.getKey()));
        List<HostName> rest =
                folded.values().stream().skip(SHOWN).flatMap(List::stream).toList();
        if (!rest.isEmpty()) {
            lines.add(HostSet.fold(rest) + ": " + Messages.PlacedJob_otherReasons());
        }
        return lines;
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
            reason = line.words();
            age = line.age().map(Duration::toSeconds).orElse(null);
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

        /** How the score is calculated, or the reason for the rejection. */
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
