package io.jenkins.plugins.loadshare.page;

import io.loadshare.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Formats ages for the page, in whole seconds. */
final class AgeFormat {

    private AgeFormat() {}

    static String print(Duration age) {
        return Durations.print(age.truncatedTo(ChronoUnit.SECONDS));
    }

    static String since(Instant begin, Instant end) {
        return print(Duration.between(begin, end));
    }
}
