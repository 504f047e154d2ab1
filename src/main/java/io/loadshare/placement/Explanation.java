package io.loadshare.placement;

import io.loadshare.Numbers;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Explains why a request was placed on a host, or on none. The command line, the log, the page and JSON all show this
 * object.
 *
 * @param chosen the chosen host
 * @param candidates every candidate: suitable hosts by score, then refused hosts in list order
 * @param license the state of the license as text
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
     * @param terms the terms of the score; empty if the host was refused
     * @param preferred whether the host is preferred regardless of its score, because the user holds a license seat
     *     there
     * @param hidden what of other users its probe could not see: processes, or jobs of a Slurm cluster; empty if nothing
     * @param refusal why it was refused
     * @param age the age of its report
     */
    public record Line(
            HostName host,
            OptionalDouble score,
            Map<String, Double> terms,
            boolean preferred,
            Optional<String> hidden,
            Optional<Refusal> refusal,
            Optional<Duration> age) {

        private static final Map<String, String> TERMS = Map.of(
                "external", "external load",
                "own", "own slots",
                "desktops", "kept for desktops",
                "asked", "requested slots",
                "load", "load",
                "openQueries", "open queries",
                "recency", "recent starts",
                "completedJobs", "completed jobs");

        /** Returns whether the score is approximate, since the probe could not see everything. */
        public boolean approximate() {
            return hidden.isPresent();
        }

        /** Returns how the score is calculated, or why the host was refused. */
        public String words() {
            return refusal.map(Refusal::words).orElseGet(this::calculation)
                    + (preferred ? "; the user holds a seat there" : "")
                    + hidden.map(what -> "; approximate, since " + what + " of other users are hidden")
                            .orElse("");
        }

        /** Returns the sum of the terms: {@code (external load 1 + own slots 9 + requested slots 1) / 16 cores = 0.69}. */
        private String calculation() {
            String sum = terms.entrySet().stream()
                    .filter(term -> TERMS.containsKey(term.getKey()))
                    .map(term -> TERMS.get(term.getKey()) + " " + Numbers.print(term.getValue()))
                    .collect(Collectors.joining(" + "));
            if (terms.containsKey("cores")) {
                String cores = Numbers.print(terms.get("cores")) + " cores";
                double speed = terms.getOrDefault("speed", 1.0);
                sum = "(" + sum + ") / "
                        + (speed == 1 ? cores : "(" + cores + " × speed " + Numbers.print(speed) + ")");
            }
            return sum + " = " + Numbers.print(score.orElseThrow());
        }
    }

    /** Why a host was refused, with the reason as text with its numbers. */
    public record Refusal(PendingReason reason, String words) {}

    public Explanation {
        candidates = List.copyOf(candidates);
    }

    /** Returns the refused hosts by reason, in list order. */
    public Map<PendingReason, List<HostName>> refused() {
        Map<PendingReason, List<HostName>> hosts = new EnumMap<>(PendingReason.class);
        for (Line line : candidates) {
            line.refusal().ifPresent(refusal -> hosts.computeIfAbsent(refusal.reason(), reason -> new ArrayList<>())
                    .add(line.host()));
        }
        return hosts;
    }

    /**
     * Returns why hosts were refused, one line for all hosts with the same reason: {@code l[01-12]: drained by root:
     * new disks}. If most hosts have different numbers for one reason, one of them represents all.
     */
    public List<String> refusals() {
        Map<PendingReason, Map<String, List<HostName>>> folded = new EnumMap<>(PendingReason.class);
        for (Line line : candidates) {
            line.refusal()
                    .ifPresent(refusal -> folded.computeIfAbsent(refusal.reason(), reason -> new LinkedHashMap<>())
                            .computeIfAbsent(refusal.words(), words -> new ArrayList<>())
                            .add(line.host()));
        }
        List<String> lines = new ArrayList<>();
        folded.forEach((reason, hostsByWords) -> {
            if (hostsByWords.size() <= 3) {
                hostsByWords.forEach((words, hosts) -> lines.add(HostSet.fold(hosts) + ": " + words));
            } else {
                lines.add(summary(reason, hostsByWords));
            }
        });
        return lines;
    }

    private static String summary(PendingReason reason, Map<String, List<HostName>> hostsByWords) {
        List<HostName> all =
                hostsByWords.values().stream().flatMap(List::stream).toList();
        Map.Entry<String, List<HostName>> first =
                hostsByWords.entrySet().iterator().next();
        return HostSet.fold(all) + ": " + reason.words() + " (" + HostSet.fold(first.getValue()) + ": " + first.getKey()
                + ")";
    }

    /** Returns the tree that {@code best --json} prints: maps, lists, strings, numbers and nulls; ages in seconds. */
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
            entry.put("reason", line.refusal().map(Refusal::words).orElse(null));
            entry.put("age", line.age().map(age -> age.toMillis() / 1000.0).orElse(null));
            entry.put("terms", line.terms());
            entry.put("preferred", line.preferred());
            entry.put("approximate", line.approximate());
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
