package io.jenkins.plugins.loadshare.page;

import io.jenkins.plugins.loadshare.nodes.LabelPlacements.Candidate;
import io.jenkins.plugins.loadshare.nodes.LabelPlacements.LabelPlacement;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A build that was placed on a node of a label with the strategy. */
public final class LabelPlacementRow {

    private final LabelPlacement placement;
    private final Optional<BuildLink> build;
    private final Duration age;

    private LabelPlacementRow(LabelPlacement placement, Optional<BuildLink> build, Duration age) {
        this.placement = placement;
        this.build = build;
        this.age = age;
    }

    static LabelPlacementRow of(LabelPlacement placement, Instant now) {
        return new LabelPlacementRow(
                placement, placement.build().flatMap(BuildLink::of), Duration.between(placement.at(), now));
    }

    /** The build; null if it has not started, is gone, or the user may not see it. */
    public BuildLink getBuild() {
        return build.orElse(null);
    }

    public String getNode() {
        return display(placement.node());
    }

    /** Seconds. */
    public double getAge() {
        return age.toMillis() / 1000.0;
    }

    public String getAgeWords() {
        return AgeFormat.print(age);
    }

    /** Returns the score of the chosen node. */
    public String getScore() {
        return placement.candidates().stream()
                .filter(candidate -> candidate.node().equals(placement.node()))
                .findFirst()
                .map(LabelPlacementRow::print)
                .orElse("–");
    }

    /** Returns the best other nodes with their scores, best first. */
    public String getOthers() {
        return placement.candidates().stream()
                .filter(candidate -> !candidate.node().equals(placement.node()))
                .map(candidate -> display(candidate.node()) + " " + print(candidate))
                .collect(Collectors.joining(", "));
    }

    private static String display(String node) {
        return node.isEmpty() ? Messages.LabelPlacementRow_builtIn() : node;
    }

    private static String print(Candidate candidate) {
        return String.format(Locale.ROOT, "%.2f", candidate.score());
    }
}
