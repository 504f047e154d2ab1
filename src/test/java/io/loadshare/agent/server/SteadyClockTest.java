package io.loadshare.agent.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.TestingClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void jumpOfTheSystemsClockDoesNotShow() {
        TestingClock wall = new TestingClock(NOON);
        long[] nanos = {42};
        SteadyClock steady = new SteadyClock(wall, () -> nanos[0]);

        wall.advance(Duration.ofHours(-3));
        nanos[0] += 5_000_000_000L;

        assertThat(steady.instant()).isEqualTo(NOON.plusSeconds(5));
    }
}
