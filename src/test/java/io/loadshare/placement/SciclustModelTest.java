package io.loadshare.placement;

import static io.loadshare.placement.Situation.NOW;
import static io.loadshare.testing.LedgerRecords.reserved;
import static io.loadshare.testing.LedgerRecords.retreated;
import static io.loadshare.testing.LedgerRecords.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Model {@code sciclust}: raw load, and penalties for open queries, recent starts and completed jobs. */
class SciclustModelTest {

    private static Situation idle(int hosts) {
        return Situation.idle(hosts).model(PlacementModel.SCICLUST);
    }

    @Test
    void theScoreIsTheRawLoadWhateverTheCoresAndSpeed() {
        Situation situation = Situation.idle(1, 9).model(PlacementModel.SCICLUST);
        situation.report("l1", report -> report.load1(1.2).cores(1).runnable(50));
        situation.report("l2", report -> report.load1(1.3).cores(64));

        assertThat(situation.chosen()).isEqualTo("l1");
        assertThat(situation.score("l1")).isEqualTo(1.2);
        assertThat(situation.terms("l1"))
                .containsExactly(
                        entry("load", 1.2),
                        entry("openQueries", 0.0),
                        entry("recency", 0.0),
                        entry("completedJobs", 0.0));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0.5", "2, 1.0", "3, 1.0", "40, 1.0"})
    void eachOpenQueryCountsUpToTheCap(int queries, double penalty) {
        Situation situation = idle(1);
        for (int i = 0; i < queries; i++) {
            situation.record(reserved("q" + i, "l1", NOW));
        }

        assertThat(situation.terms("l1")).containsEntry("openQueries", penalty);
    }

    @Test
    void aQueryIsOpenUntilItLedToStartOrRetreat() {
        Situation situation = idle(1).record(reserved("q1", "l1", NOW), reserved("q2", "l1", NOW));
        assertThat(situation.terms("l1")).containsEntry("openQueries", 1.0);

        situation.record(retreated("q1", NOW));
        assertThat(situation.terms("l1")).containsEntry("openQueries", 0.5);

        situation.record(started("q2", NOW));
        assertThat(situation.terms("l1")).containsEntry("openQueries", 0.0);
    }

    @Test
    void aQueryWhoseOwnerIsGoneIsNotOpen() {
        assertThat(idle(1).record(reserved("q1", "l1", NOW.minusSeconds(11))).terms("l1"))
                .containsEntry("openQueries", 0.0);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 30, 0.5", // the defaults: one start, as long ago as the interval
        "1, 31, 0.0",
        "2, 30, 0.5",
        "3, 30, 0.5",
        "3, 31, 0.0"
    })
    void theRecencyPenaltyCountsOnceHoweverManyJobsStarted(int starts, long secondsAgo, double penalty) {
        Situation situation = idle(1).completed("l1", starts, Duration.ofSeconds(secondsAgo));

        assertThat(situation.terms("l1")).containsEntry("recency", penalty);
    }

    @Test
    void theRecencyPenaltyNeedsSoManyStarts() {
        Situation situation = idle(1).with(old -> SettingsBuilder.of(old)
                .recencyPenalty(2, Duration.ofSeconds(60), 3)
                .build());
        situation.completed("l1", 1, Duration.ofSeconds(61)).completed("l1", 2, Duration.ofSeconds(5));
        assertThat(situation.terms("l1")).as("two of three in time").containsEntry("recency", 0.0);

        situation.completed("l1", 1, Duration.ofSeconds(1));
        assertThat(situation.terms("l1")).containsEntry("recency", 2.0);
    }

    @Test
    void eachCompletedJobCounts() {
        Situation situation = idle(2).completed("l1", 3, Duration.ofHours(5));

        assertThat(situation.terms("l1")).containsEntry("completedJobs", 3 * 1e-8);
        assertThat(situation.chosen()).isEqualTo("l2");
    }

    @Test
    void allTermsAddUp() {
        Situation situation = idle(1).with(old -> SettingsBuilder.of(old)
                .openQueryPenalty(0.25, 10)
                .runJobPenalty(0.5)
                .build());
        situation.report("l1", report -> report.load1(1));
        situation.completed("l1", 2, Duration.ofSeconds(1)).record(reserved("q", "l1", NOW));

        assertThat(situation.score("l1")).isEqualTo(1 + 0.25 + 0.5 + 2 * 0.5);
    }

    @Test
    void oneSlotWeighsAsMuchAsALoadOfOne() {
        assertThat(((PlacementResult.Placed) idle(1).place()).slotWeight()).isEqualTo(1);
    }
}
