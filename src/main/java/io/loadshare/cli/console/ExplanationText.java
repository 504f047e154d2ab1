package io.loadshare.cli.console;

import io.loadshare.Durations;
import io.loadshare.Numbers;
import io.loadshare.placement.Explanation;
import java.util.Map;
import java.util.stream.Collectors;

/** The formatter of an explanation as a table for people. */
public final class ExplanationText {

    private ExplanationText() {}

    public static String print(Explanation explanation) {
        TextTable table = new TextTable("HOST", ">SCORE", ">AGE", "WHY");
        for (Explanation.Line line : explanation.candidates()) {
            boolean chosen = explanation.chosen().filter(line.host()::equals).isPresent();
            table.row(
                    line.host().value(),
                    line.score().isPresent() ? Numbers.print(line.score().getAsDouble()) : "-",
                    line.age().map(Durations::print).orElse("-"),
                    (chosen ? "chosen: " : "")
                            + line.refusal().map(Explanation.Refusal::words).orElseGet(() -> terms(line.terms()))
                            + (line.preferred() ? ", holds a seat" : "")
                            + (line.approximate() ? ", approximate: other users' processes are hidden" : ""));
        }
        String head = explanation.wants() + ", model " + explanation.model().word() + ", seed " + explanation.seed()
                + explanation.license().map(text -> "\n" + text).orElse("") + "\n";
        return head + table.print();
    }

    private static String terms(Map<String, Double> terms) {
        return terms.entrySet().stream()
                .map(term -> term.getKey() + " " + Numbers.print(term.getValue()))
                .collect(Collectors.joining(", "));
    }
}
