package io.loadshare.placement;

import static io.loadshare.placement.Situation.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.LoadshareException;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.LicenseFeature.Rule;
import io.loadshare.license.ServerUsage;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hosts for jobs that need a license seat. */
class LicensedPlacementTest {

    private static LicenseFeature feature(Rule rule, int perUser) {
        return new LicenseFeature("matlab", "MATLAB", perUser, rule, List.of());
    }

    private static PlacementRequest matlab(Situation situation, Rule rule, int perUser) {
        return situation.licensed("alice", feature(rule, perUser), null);
    }

    @Test
    void spreadTakesTheLeastLoadedHostUntilTheLimitAndThenTheLeastLoadedHeldOne() {
        Situation situation = Situation.idle(4)
                .report("l1", report -> report.runnable(2).holder("matlab", "alice", 1))
                .report("l2", report -> report.runnable(1).holder("matlab", "alice", 1));

        assertThat(situation.chosen(matlab(situation, Rule.SPREAD, 3))).isIn("l3", "l4");
        assertThat(situation.chosen(matlab(situation, Rule.SPREAD, 2))).isEqualTo("l2");
    }

    @Test
    void aBurstUnderSpreadTakesSoManySeatsAndThenSharesThem() {
        Situation situation = Situation.idle(4);

        assertThat(situation.burst(8, matlab(situation, Rule.SPREAD, 2)))
                .hasSize(2)
                .containsValues(4);
    }

    @Test
    void savePrefersAHeldSeatWhileACoreIsIdleThere() {
        Situation situation =
                Situation.idle(4).report("l2", report -> report.runnable(3).holder("matlab", "alice", 1));
        assertThat(situation.chosen(matlab(situation, Rule.SAVE, 8))).isEqualTo("l2");

        situation.report("l2", report -> report.runnable(4).holder("matlab", "alice", 1));
        assertThat(situation.chosen(matlab(situation, Rule.SAVE, 8))).isNotEqualTo("l2");
        assertThat(situation.chosen(matlab(situation, Rule.SAVE, 1)))
                .as("no other seat")
                .isEqualTo("l2");
    }

    @Test
    void aBurstUnderSaveFillsTheCoresOfOneHostBeforeItTakesTheNextSeat() {
        Situation situation = Situation.idle(4);
        PlacementRequest request = matlab(situation, Rule.SAVE, 8);

        assertThat(situation.burst(4, request)).hasSize(1);
        situation.burst(4, request);
        assertThat(situation.burst(1, request)).hasSize(1);
        assertThat(situation.view.claims().stream().map(claim -> claim.host()).distinct())
                .hasSize(3);
    }

    @Test
    void aPreferredHostIsMarkedInTheExplanation() {
        Situation situation =
                Situation.idle(2).report("l2", report -> report.runnable(1).holder("matlab", "alice", 1));

        Explanation explanation =
                situation.place(matlab(situation, Rule.SAVE, 8)).explanation();

        assertThat(explanation.candidates())
                .extracting(Explanation.Line::preferred)
                .containsExactly(true, false);
        assertThat(explanation.license()).contains("license matlab: alice has 1 jobs on 1 hosts (perUser 8)");
    }

    @Test
    void withoutAHostThatWillDoItWaitsForTheLicense() {
        Situation situation = Situation.idle(2)
                .report("l1", report -> report.holder("matlab", "alice", 8).complaint("disk full"));

        PlacementResult result = situation.place(matlab(situation, Rule.SPREAD, 8));

        assertThat(result).isInstanceOfSatisfying(PlacementResult.NotNow.class, notNow -> assertThat(notNow.kind())
                .isEqualTo(LoadshareException.Kind.LIMIT));
        assertThat(result.explanation().refusals())
                .containsExactly(
                        "l1: check says: disk full",
                        "l2: license matlab: alice has 8 jobs (perUser 8), so only hosts where they already have one");
    }

    @Test
    void aSilentServerLeavesOnlyHeldSeats() {
        Situation situation =
                Situation.idle(3).report("l3", report -> report.runnable(9).holder("matlab", "alice", 1));
        ServerUsage silent = new ServerUsage.Unknown("no answer");

        assertThat(situation.chosen(situation.licensed("alice", feature(Rule.SPREAD, 8), silent)))
                .isEqualTo("l3");
        assertThat(situation.place(situation.licensed("bob", feature(Rule.SPREAD, 8), silent)))
                .isInstanceOf(PlacementResult.NotNow.class);
    }

    @Test
    void twoDecisionsOneAfterTheOtherTakeTheLastSeatOnce() {
        Situation situation = Situation.idle(3);
        ServerUsage oneFree = new ServerUsage.Known(10, 9, Set.of());
        PlacementRequest alice = situation.licensed("alice", feature(Rule.SPREAD, 8), oneFree);
        PlacementRequest bob = situation.licensed("bob", feature(Rule.SPREAD, 8), oneFree);

        situation.burst(1, alice);

        assertThat(situation.place(bob)).isInstanceOf(PlacementResult.NotNow.class);
        assertThat(situation.place(alice)).as("on the seat she has").isInstanceOf(PlacementResult.Placed.class);
    }

    @Test
    void theSecondLookDoesNotLeaveAHeldSeatForAScore() {
        Situation situation = Situation.idle(2).report("l1", report -> report.holder("matlab", "alice", 1));
        PlacementRequest request = matlab(situation, Rule.SAVE, 8);
        PlacementResult.Placed first = (PlacementResult.Placed) situation.place(request);
        situation.report("l1", report -> report.runnable(3).holder("matlab", "alice", 1));

        PlacementResult second =
                new Placer(situation.settings).lookAgain(request, first, situation.board, situation.view, NOW);

        assertThat(second).isInstanceOfSatisfying(PlacementResult.Placed.class, placed -> assertThat(placed.host())
                .isEqualTo(first.host()));
    }
}
