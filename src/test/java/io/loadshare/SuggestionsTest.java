package io.loadshare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {

    private static final List<String> KNOWN = List.of("interval", "minInterval", "timeout", "maxAge", "vnc", "meg");

    @ParameterizedTest
    @CsvSource({
        "intervall, interval",
        "intrval, interval",
        "itnerval, interval",
        "MININTERVAL, minInterval",
        "mininterval, minInterval",
        "timeuot, timeout",
        "maxage, maxAge",
        "vcn, vnc",
        "mag, meg",
        "xyz,",
        "v,",
        "age,",
        "'',",
    })
    void theNearestWordWithinATypingErrorInThreeLettersIsMeant(String word, String meant) {
        assertThat(Suggestions.nearest(word, KNOWN)).isEqualTo(meant);
    }

    @Test
    void aSentenceAsksOnlyWhereThereIsANearOne() {
        assertThat(Suggestions.didYouMean("vcn", KNOWN)).isEqualTo("; did you mean 'vnc'?");
        assertThat(Suggestions.didYouMean("abcdef", KNOWN)).isEmpty();
        assertThat(Suggestions.didYouMean("x".repeat(1_000_000), List.of("x".repeat(1_000_001))))
                .isEmpty();
    }
}
