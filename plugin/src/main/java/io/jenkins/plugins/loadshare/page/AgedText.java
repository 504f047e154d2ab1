package io.jenkins.plugins.loadshare.page;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * A text that contains an age, so that a page can let the age grow without a request.
 *
 * @param age null if the text does not contain an age
 */
public record AgedText(String before, Duration age, String after) {

    private static final String PLACE = "\u0000";

    static AgedText plain(String text) {
        return new AgedText(Optional.ofNullable(text).orElse(""), null, "");
    }

    /** @param message formats the text with the given age */
    static AgedText of(Function<String, String> message, Duration age) {
        String[] parts = message.apply(PLACE).split(PLACE, 2);
        return new AgedText(parts[0], age, parts[1]);
    }

    /** Returns the age in seconds. */
    public double getSeconds() {
        return age.toMillis() / 1000.0;
    }

    public String getAgeWords() {
        return AgeFormat.print(age.abs());
    }
}
