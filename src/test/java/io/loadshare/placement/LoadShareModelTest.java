package io.loadshare.placement;

import static io.loadshare.placement.Situation.NOW;
import static io.loadshare.testing.LedgerRecords.reserved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Model {@code loadshare}: the stored one-minute load, least first, ties in list order. */
class LoadShareModelTest {

    private static Situation idle(int hosts) {
        return Situation.idle(hosts).model(PlacementModel.LOADSHARE);
    }

    @Test
    void theLeastStoredLoadWins() {
        Situation situation = idle(3).report("l1", report -> report.load1(0.5))
                .report("l2", report -> report.load1(0.4).runnable(40).cores(1))
                .report("l3", report -> report.load1(0.6).cores(64));

        assertThat(situation.chosen()).isEqualTo("l2");
        assertThat(situation.terms("l2")).containsExactly(entry("load", 0.4));
    }

    @Test
    void equalLoadsGoToTheFirstInTheListWhateverTheSeedAndTheJobsDone() {
        Situation situation = idle(3).completed("l1", 9, Duration.ofDays(1));

        for (situation.seed = 0; situation.seed < 20; situation.seed++) {
            assertThat(situation.chosen()).isEqualTo("l1");
        }
        assertThat(situation.chosen(situation.request().withCandidates(new int[] {2, 0, 1})))
                .isEqualTo("l3");
    }

    @Test
    void whatWasPromisedSinceTheScanDoesNotCount() {
        Situation situation = idle(2).record(reserved("j1", "l1", NOW), reserved("j2", "l1", NOW));

        assertThat(situation.chosen()).isEqualTo("l1");
        assertThat(situation.burst(4))
                .as("the herd that this model is known for")
                .isEqualTo("l1=4");
    }
}
