package io.loadshare.bench.simulate;

import io.loadshare.bench.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The targets of the figures, and the measured values. */
final class Targets {

    private final Results results;
    private final List<List<String>> rows = new ArrayList<>();

    private Targets(Results results) {
        this.results = results;
    }

    /** Returns a table of the targets whose cases were run. */
    static String table(Results results) {
        Targets targets = new Targets(results);
        for (String scenario : List.of("rho0.7", "rho0.9", "rho0.7-burst8", "rho0.9-burst8")) {
            targets.ratio(scenario, "tracked", "oracle", 1.01);
        }
        targets.ratio("rho0.7-burst8-outside50", "tracked", "oracle", 1.03);
        for (int age : new int[] {30, 60, 300, 900, 1800}) {
            targets.ratio("age" + age, "tracked", "random", 1);
        }
        targets.figure("board10", "tracked", "slowdown", Summary::meanSlowdown, 3.0);
        for (String rule : List.of("save-8", "save-12", "save-36")) {
            targets.figure("license-rho0.7", rule, "slowdown", Summary::meanSlowdown, 1.01);
            targets.figure("license-rho0.7", rule, "seats", Summary::meanSeats, 62);
        }
        return Output.table(List.of("target", "at most", "measured", "met"), targets.rows);
    }

    private void ratio(String scenario, String policy, String yardstick, double most) {
        results.find(scenario, policy).ifPresent(summary -> results.find(scenario, yardstick)
                .ifPresent(other -> row(
                        scenario + ": " + policy + " / " + yardstick,
                        most,
                        summary.meanSlowdown() / other.meanSlowdown())));
    }

    private void figure(String scenario, String policy, String what, ToDoubleFunction<Summary> figure, double most) {
        results.find(scenario, policy)
                .ifPresent(
                        summary -> row(scenario + ": " + what + " of " + policy, most, figure.applyAsDouble(summary)));
    }

    private void row(String what, double most, double measured) {
        rows.add(List.of(what, Output.number(most, 2), Output.number(measured, 3), measured <= most ? "yes" : "no"));
    }
}
