package io.loadshare.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RetryBackoffTest {

    @Test
    void doublesFromThirtySecondsToTenMinutesByDefault() {
        RetryBackoff backoff = new RetryBackoff(RetrySettings.DEFAULT);

        assertThat(IntStream.rangeClosed(1, 7)
                        .mapToObj(retry -> backoff.before(retry).toSeconds()))
                .containsExactly(30L, 60L, 120L, 240L, 480L, 600L, 600L);
    }

    @Test
    void waitsTheLeastTimeWhereTheFirstWaitIsShorter() {
        RetryBackoff backoff =
                new RetryBackoff(new RetrySettings(Duration.ZERO, 3, Duration.ofMillis(5), Duration.ofMinutes(1)));

        assertThat(backoff.before(1)).isEqualTo(Duration.ofMillis(5));
        assertThat(backoff.before(5000)).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void refusesARetryBeforeTheFirst() {
        assertThatThrownBy(() -> new RetryBackoff(RetrySettings.DEFAULT).before(0))
                .hasMessage("retry must be ≥ 1, was 0");
    }

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyWaitIsPositiveBoundedAndNotShorterThanTheOneBefore(int seed) {
        Random random = new Random(seed);
        Duration min = duration(random);
        Duration max = min.plus(duration(random));
        double factor = seed % 3 == 0 ? 1 : 1 + Math.pow(10, random.nextInt(12) - 4);
        RetryBackoff backoff = new RetryBackoff(new RetrySettings(duration(random), factor, min, max));

        Duration before = Duration.ZERO;
        for (int retry = 1; retry <= 1000; retry++) {
            Duration wait = backoff.before(retry);
            assertThat(wait).isBetween(min, max).isGreaterThanOrEqualTo(before);
            before = wait;
        }
        assertThat(backoff.before(Integer.MAX_VALUE)).isBetween(before, max);
    }

    /** From a nanosecond to 300 years, evenly in the exponent. */
    private static Duration duration(Random random) {
        return Duration.ofNanos((long) Math.pow(10, random.nextDouble() * 18.9));
    }
}
