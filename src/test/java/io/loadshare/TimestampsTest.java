package io.loadshare;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class TimestampsTest {

    @Test
    void timesAreLocalAndToTheSecond() {
        assertThat(Timestamps.print(Instant.parse("2026-11-29T23:30:05.123456789Z"), ZoneId.of("Europe/Berlin")))
                .isEqualTo("2026-11-30 00:30:05");
    }
}
