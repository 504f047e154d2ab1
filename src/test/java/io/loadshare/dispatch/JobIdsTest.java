package io.loadshare.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.ledger.Claim;
import io.loadshare.testing.TestingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class JobIdsTest {

    private final TestingClock clock = new TestingClock(Instant.parse("2026-11-22T12:00:00Z"));

    @Test
    void areShortWordsThatALedgerTakes() {
        String id = new JobIds(clock, new SplittableRandom(1)).next();

        assertThat(id).hasSize(16).matches(Claim::isId).matches("[0-9a-z]{9}-[0-9a-z]{6}");
    }

    @Test
    void arePaddedWhereTheyAreSmall() {
        RandomGenerator zero = () -> 0;

        assertThat(new JobIds(() -> Instant.ofEpochMilli(35), zero).next()).isEqualTo("00000000z-000000");
    }

    @Test
    void sortByTimeAndWithinOneProcessByOrder() {
        JobIds ids = new JobIds(clock, new SplittableRandom(1));
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            made.add(ids.next());
            clock.advance(Duration.ofNanos(300_000));
        }
        clock.advance(Duration.ofMinutes(-1));
        made.add(ids.next());

        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void differBetweenProcessesInTheSameMillisecond() {
        Set<String> made = new HashSet<>();
        for (int process = 0; process < 1000; process++) {
            made.add(new JobIds(clock, new SplittableRandom(process)).next());
        }

        assertThat(made).hasSize(1000);
    }
}
