package io.loadshare.cli.console;

import io.loadshare.Durations;
import io.loadshare.Numbers;
import io.loadshare.placement.Explanation;

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
                    (chosen ? "chosen: " : "") + line.words());
        }
        String head = explanation.wants() + ", model " + explanation.model().word() + ", seed " + explanation.seed()
                + explanation.license().map(text -> "\n" + text).orElse("") + "\n";
        return head + table.print();
    }
}
