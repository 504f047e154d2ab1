package io.loadshare.bench.simulate;

import io.loadshare.bench.Output;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The figures of all experiments, in the order of their runs. */
final class Results {

    private record Key(String scenario, String policy) {}

    private final Map<Key, Summary> summaries = new LinkedHashMap<>();

    void add(Summary summary) {
        summaries.put(new Key(summary.scenario(), summary.policy()), summary);
    }

    Optional<Summary> find(String scenario, String policy) {
        return Optional.ofNullable(summaries.get(new Key(scenario, policy)));
    }

    List<Map<String, Object>> json() {
        return summaries.values().stream().map(Summary::json).toList();
    }

    /** Returns a table with a row for each policy and a column for each case. */
    String table(Experiment experiment, Function<Summary, String> cell) {
        List<String> header = new ArrayList<>(List.of("policy"));
        experiment.cases().forEach(scenario -> header.add(scenario.name()));
        List<List<String>> rows = new ArrayList<>();
        for (String policy : experiment.policies()) {
            List<String> row = new ArrayList<>(List.of(policy));
            for (Scenario scenario : experiment.cases()) {
                row.add(find(scenario.name(), policy).map(cell).orElse(""));
            }
            rows.add(row);
        }
        return Output.table(header, rows);
    }

    static String meanCell(Summary summary) {
        return Output.number(summary.meanSlowdown(), 3)
                + (Double.isNaN(summary.ci95()) ? "" : " ± " + Output.number(summary.ci95(), 3));
    }

    static String tailCell(Summary summary) {
        return Output.number(summary.p95(), 2) + " / " + Output.number(summary.p99(), 2) + " / " + summary.maxJobs();
    }

    static String faultsCell(Summary summary) {
        return Output.number(summary.meanLost(), 1) + " / " + summary.wronglySuspended();
    }

    static String seatsCell(Summary summary) {
        return Output.number(summary.meanSeats(), 1);
    }
}
