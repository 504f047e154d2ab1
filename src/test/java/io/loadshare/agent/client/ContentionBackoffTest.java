package io.loadshare.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ContentionBackoffTest {

    private static final Duration MOST = Duration.ofSeconds(10);
    private static final Duration ROUND = Duration.ofSeconds(1);

    private long nanos = 1;
    private final ContentionBackoff pace = new ContentionBackoff(MOST, () -> nanos, new Random(1));

    private Duration longestPause() {
        return Stream.generate(pace::pause).limit(1000).max(Duration::compareTo).orElseThrow();
    }

    private static Duration about(double seconds) {
        return Duration.ofMillis((long) (seconds * 970));
    }

    @Test
    void nobodyWaitsWhereStartsAreHardlyRefused() {
        pace.ended(ROUND, 0);
        pace.ended(ROUND, 2);
        assertThat(longestPause()).isZero();
    }

    @Test
    void waitsLongerWithEachRoundThatOthersGotInTheWayOf() {
        pace.ended(ROUND, 3);
        assertThat(longestPause()).isBetween(about(2), Duration.ofSeconds(2));
        pace.ended(ROUND, 3);
        assertThat(longestPause()).isBetween(about(4), Duration.ofSeconds(4));
        pace.ended(ROUND, 3);
        pace.ended(ROUND, 50);
        assertThat(longestPause()).isBetween(about(10), MOST);
    }

    @Test
    void waitsByChanceSoThatNotAllAskAtTheSameMoment() {
        pace.ended(ROUND, 3);
        assertThat(Stream.generate(pace::pause).limit(100).distinct()).hasSizeGreaterThan(90);
    }

    @Test
    void waitsLessAfterARoundThatWentWell() {
        pace.ended(ROUND, 3);
        pace.ended(ROUND, 1);
        assertThat(longestPause()).isBetween(about(1.8), about(2));
    }

    @Test
    void crowdIsForgottenAfterAWhile() {
        pace.ended(ROUND, 3);
        nanos += Duration.ofSeconds(8).toNanos();
        assertThat(longestPause()).isPositive();
        nanos++;
        assertThat(longestPause()).isZero();
    }
}
