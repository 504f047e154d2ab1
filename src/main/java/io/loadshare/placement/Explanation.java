package io.loadshare.placement;

import io.loadshare.host.HostName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Why a request was placed where it was, or nowhere. Command line, log, page and JSON all show this one object.
 *
 * @param chosen the host that was taken
 * @param candidates every host that was considered: by score, then the refused ones in list order
 * @param license what the license rule saw, in words
 */
public record Explanation(
        String wants,
        PlacementModel model,
        long seed,
        Optional<HostName> chosen,
        List<Line> candidates,
        Optional<String> license) {

    /**
     * One host.
     *
     * @param score absent if it was refused
     * @param terms what the score is made of; empty if it was refused
     * @param preferred whether it goes first whatever its score, since the user holds a license seat there
     * @param reason why it was refused
     * @param age how old its report is
     */
    public record Line(
            HostName host,
            OptionalDouble score,
            Map<String, Double> terms,
            boolean preferred,
            Optional<String> reason,
            Optional<Duration> age) {}

    public Explanation {
        candidates = List.copyOf(candidates);
    }

    /** The shape of {@code best --json}: maps, lists, strings, numbers and nulls; ages in seconds. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        Optional<Line> best = candidates.stream()
                .filter(line -> Optional.of(line.host()).equals(chosen))
                .findFirst();
        tree.put("host", chosen.map(HostName::value).orElse(null));
        tree.put(
                "score",
                best.map(line -> (Object) line.score().orElse(Double.NaN)).orElse(null));
        tree.put("terms", best.map(Line::terms).orElse(Map.of()));
        List<Object> lines = new ArrayList<>();
        for (Line line : candidates) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("host", line.host().value());
            entry.put("score", line.score().isPresent() ? line.score().getAsDouble() : null);
            entry.put("reason", line.reason().orElse(null));
            entry.put("age", line.age().map(age -> age.toMillis() / 1000.0).orElse(null));
            entry.put("terms", line.terms());
            lines.add(entry);
        }
        tree.put("candidates", lines);
        tree.put("license", license.orElse(null));
        tree.put("wants", wants);
        tree.put("model", model.word());
        tree.put("seed", seed);
        return tree;
    }
}
