package io.loadshare.placement;

import static io.loadshare.placement.Situation.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** loadshare's own slots on a host stay within slotsPerCore × cores. */
class SlotLimitTest {

    private static Situation limited(int hosts, double slotsPerCore) {
        return Situation.idle(hosts).with(old -> old.withSlotsPerCore(slotsPerCore));
    }

    private static PlacementRequest slots(Situation situation, int slots) {
        Situation.Needs needs = new Situation.Needs();
        needs.slots = slots;
        return situation.request(needs);
    }

    @Test
    void jobsFillTheCoresAndTheNextOneWaits() {
        Situation situation = limited(2, 1);
        assertThat(situation.burst(8)).isEqualTo("l1=4 l2=4");

        PlacementResult result = situation.place();

        assertThat(result).isInstanceOfSatisfying(PlacementResult.NotNow.class, notNow -> {
            assertThat(notNow.reasons()).containsExactly(PendingReason.NO_FREE_SLOT);
            assertThat(notNow.asksForScan()).isFalse();
        });
        assertThat(result.explanation().refusals())
                .containsExactly("l[1-2]: no free slot: jobs hold 4 of its 4 slots (slotsPerCore 1)");
    }

    @Test
    void aPartOfACoreIsKeptForEachDesktop() {
        Situation situation = limited(2, 1)
                .with(old -> SettingsBuilder.of(old).reservePerDesktop(0.5).build())
                .report("l1", report -> report.desktop("bob", ":1").desktop("carol", ":2"));
        assertThat(situation.burst(7)).as("one core of l1 is kept").isEqualTo("l1=3 l2=4");

        Explanation full = situation.place().explanation();

        assertThat(full.refusals())
                .contains("l1: no free slot: jobs hold 3 of its 3 slots (slotsPerCore 1, cores kept for desktops: 1)");
        assertThat(limited(1, 1)
                        .report("l1", report -> report.desktop("bob", ":1"))
                        .burst(4))
                .as("without the setting")
                .isEqualTo("l1=4");
    }

    @Test
    void aHostWithoutDesktopsIsBetter() {
        Situation situation = limited(2, 1)
                .with(old -> SettingsBuilder.of(old).reservePerDesktop(0.25).build())
                .report("l1", report -> report.desktop("bob", ":1"));
        PlacementResult result = situation.place();

        assertThat(situation.burst(1)).isEqualTo("l2=1");
        Explanation.Line second = result.explanation().candidates().get(1);
        assertThat(second.host().value()).isEqualTo("l1");
        assertThat(second.terms()).containsEntry("desktops", 0.25);
        assertThat(second.score()).hasValue((0.25 + 1) / 4);
    }

    @Test
    void theLoadOfOtherPeopleBlocksNothing() {
        Situation situation =
                limited(1, 1).report("l1", report -> report.runnable(400).load1(400));

        assertThat(situation.burst(4)).isEqualTo("l1=4");
    }

    @Test
    void aWideJobNeedsItsSlotsAtOnce() {
        Situation situation = limited(2, 1).running("j1", "l1", 2, 0).running("j2", "l2", 3, 0);

        assertThat(situation.chosen(slots(situation, 2))).isEqualTo("l1");
        assertThat(situation.chosen(slots(situation, 3)))
                .isEqualTo("[l1: only 2 free slots: jobs hold 2 of its 4 slots (slotsPerCore 1), "
                        + "l2: only 1 free slot: jobs hold 3 of its 4 slots (slotsPerCore 1)]");
    }

    @Test
    void threadsBeyondTheSlotsOfAJobTakeNoSlots() {
        Situation situation = limited(1, 1).running("j1", "l1", 1, 60);
        situation.report("l1", report -> report.job("j1", 1, "alice", 16));

        assertThat(situation.burst(3)).isEqualTo("l1=3");
    }

    @Test
    void whatAnotherSchedulerUsesTakesNoSlots() {
        Situation situation = limited(1, 1);
        situation.board = situation.board.withOccupied(new int[] {4});

        assertThat(situation.chosen()).isEqualTo("l1");
    }

    @Test
    void aRequestWithoutSlotsIsNeverHeldBackAndStillSpreads() {
        Situation situation = limited(4, 1);
        assertThat(situation.burst(16)).isEqualTo("l1=4 l2=4 l3=4 l4=4");

        assertThat(Situation.print(situation.burst(12, slots(situation, 0)))).isEqualTo("l1=3 l2=3 l3=3 l4=3");
    }

    @Test
    void aJobWithoutSlotsLeavesTheSlotsToOthers() {
        Situation situation = limited(1, 1);
        situation.burst(10, slots(situation, 0));

        assertThat(situation.burst(4)).isEqualTo("l1=4");
    }

    @Test
    void aMeasuredJobWithoutSlotsCountsWithItsThreads() {
        Situation situation = limited(1, 1).running("window", "l1", 0, 0);
        assertThat(situation.terms("l1")).containsEntry("own", 1.0);

        situation.report("l1", report -> report.job("window", 0, "alice", 0));
        assertThat(situation.terms("l1")).containsEntry("own", 0.0);

        situation.report("l1", report -> report.job("window", 0, "alice", 3));
        assertThat(situation.terms("l1")).containsEntry("own", 3.0);
    }

    @Test
    void moreSlotsThanAnyHostHasIsNever() {
        Situation situation = limited(2, 1);

        PlacementResult result = situation.place(slots(situation, 5));

        assertThat(result).isInstanceOf(PlacementResult.Never.class);
        assertThat(result.explanation().refusals()).containsExactly("l[1-2]: has 4 slots (slotsPerCore 1), 5 asked");
    }

    @Test
    void aDeadHostIsNotWaitedForIfItWasTooSmall() {
        Situation situation = limited(2, 1)
                .reportAt("l2", NOW.minus(Duration.ofDays(3)), report -> report)
                .status("l2", status -> status.withFailure("no route", NOW));

        assertThat(situation.place(slots(situation, 5))).isInstanceOf(PlacementResult.Never.class);
        assertThat(situation.place(slots(situation, 4))).isInstanceOf(PlacementResult.Placed.class);
    }

    @Test
    void aHostThatNobodyMeasuredLatelyMayHaveGrown() {
        Situation situation = limited(2, 1).reportAt("l2", NOW.minus(Duration.ofDays(3)), report -> report);

        assertThat(situation.place(slots(situation, 5)))
                .isInstanceOfSatisfying(PlacementResult.NotNow.class, notNow -> assertThat(notNow.asksForScan())
                        .isTrue());
    }

    @ParameterizedTest
    @CsvSource({"0.29, 100, 29", "0.5, 3, 1", "1, 0.5, 1", "1, 2.9, 2", "2, 4, 8", "0.01, 4, 1", "1e300, 4, 2147483647"
    })
    void limitsAreWholeSlotsAndAtLeastOne(double slotsPerCore, double cores, int slots) {
        assertThat(new SlotLimit(OptionalDouble.of(slotsPerCore), 0).of(cores)).isEqualTo(slots);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void otherValuesAreRefused(double slotsPerCore) {
        assertThatThrownBy(() -> PlacementSettings.DEFAULT.withSlotsPerCore(slotsPerCore))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("slotsPerCore must be > 0, or none for no limit, was " + slotsPerCore);
    }
}
