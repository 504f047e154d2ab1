package io.loadshare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "500ms, 500",
        "30s, 30000",
        "5m, 300000",
        "24h, 86400000",
        "14d, 1209600000",
        "1h30m5s, 5405000",
        "0s, 0",
        "0, 0"
    })
    void numbersWithUnitsAreRead(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "30", "-5s", "5x", "s", "1.5h", "5 s", "5S", "5s ", "1h30", "٣s", "9999999999s", "00"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("duration must be whole numbers with units ms, s, m, h or d, such as 30s or 1h30m, was '"
                        + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3651d", "999999999d", "3650d1ms"})
    void moreThanTenYearsAreRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .hasMessage("duration must be at most 3650d, was '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "850ms", "12s", "5m", "3h20m", "1d", "2d3h"})
    void whatIsPrintedIsRead(String text) {
        assertThat(Durations.print(Durations.parse(text))).isEqualTo(text);
    }
}
