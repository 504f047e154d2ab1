package io.loadshare.placement;

import static io.loadshare.placement.Situation.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.loadshare.ledger.LedgerRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Model {@code tracked}: score = (E + O + slots asked) / (cores × speed). */
class TrackedModelTest {

    @Test
    void theScoreIsItsFormula() {
        Situation situation = Situation.idle(1.5)
                .report("l1", report -> report.cores(8).runnable(3).job("seen", 2, "bob", 1.5))
                .running("unseen", "l1", 3, 0);

        assertThat(situation.terms("l1"))
                .containsExactly(
                        entry("external", 3.0),
                        entry("own", 5.0),
                        entry("asked", 1.0),
                        entry("cores", 8.0),
                        entry("speed", 1.5));
        assertThat(situation.score("l1")).isEqualTo((3 + 5 + 1) / 12.0);
    }

    @Test
    void whatAnotherSchedulerHasTakenIsOwn() {
        Situation situation =
                Situation.idle(2).report("l1", report -> report.runnable(3)).running("job", "l1", 1, 0);
        situation.board = situation.board.withOccupied(new int[] {2, 7});

        assertThat(situation.terms("l1")).containsEntry("external", 3.0).containsEntry("own", 3.0);
        assertThat(new Placer(situation.settings).scores(situation.request(), situation.board, situation.view, NOW))
                .containsExactly((3 + 3 + 1) / 4.0, (7 + 1) / 4.0);
    }

    @Test
    void scoresOfRefusedHostsAreNoNumbers() {
        Situation situation = Situation.idle(2).reportAt("l1", NOW.minus(Duration.ofHours(1)), report -> report);

        assertThat(new Placer(situation.settings).scores(situation.request(), situation.board, situation.view, NOW))
                .containsExactly(Double.NaN, 1 / 4.0);
    }

    @Test
    void aBurstSpreadsEvenlyOverEqualHosts() {
        assertThat(Situation.idle(4).burst(16)).isEqualTo("l1=4 l2=4 l3=4 l4=4");
        assertThat(Situation.idle(3).burst(8)).matches("l1=[23] l2=[23] l3=[23]");
    }

    @Test
    void aBurstFillsUpWhatOthersLeave() {
        Situation situation =
                Situation.idle(4).report("l1", report -> report.runnable(3)).report("l2", report -> report.runnable(1));

        assertThat(situation.burst(12)).isEqualTo("l1=1 l2=3 l3=4 l4=4");
    }

    @Test
    void aBurstFollowsSpeedAndCores() {
        assertThat(Situation.idle(1, 1, 2).burst(16)).isEqualTo("l1=4 l2=4 l3=8");
        assertThat(Situation.idle(2).report("l2", report -> report.cores(12)).burst(16))
                .isEqualTo("l1=4 l2=12");
    }

    @Test
    void wideJobsSpreadAsNarrowOnes() {
        Situation situation = Situation.idle(4);
        Situation.Needs wide = new Situation.Needs();
        wide.slots = 2;

        assertThat(Situation.print(situation.burst(8, situation.request(wide)))).isEqualTo("l1=2 l2=2 l3=2 l4=2");
        assertThat(situation.burst(4)).isEqualTo("l1=1 l2=1 l3=1 l4=1");
    }

    @Test
    void aJobCountsOnceWhetherReservedStartedOrSeen() {
        Situation situation = Situation.idle(1);
        situation.record(new LedgerRecord.Reserved(
                io.loadshare.testing.LedgerRecords.reservation("j1", "l1", "alice", NOW.minusSeconds(60))));
        situation.reportAt("l1", NOW.minusSeconds(55), report -> report);
        assertThat(situation.terms("l1")).as("reserved").containsEntry("own", 1.0);

        situation.record(new LedgerRecord.Started("j1", NOW.minusSeconds(50)));
        assertThat(situation.terms("l1")).as("started").containsEntry("own", 1.0);

        situation.report("l1", report -> report.job("j1", 1, "alice"));
        assertThat(situation.terms("l1")).as("seen").containsEntry("own", 1.0).containsEntry("external", 0.0);

        situation.record(new LedgerRecord.Ended("j1", 0, Duration.ZERO, NOW));
        assertThat(situation.terms("l1")).as("ended after the report").containsEntry("own", 0.0);
    }

    @Test
    void aJobThatShowsLongAfterItsRecordedEndCounts() {
        Situation situation = Situation.idle(1).completed("l1", 1, Duration.ofSeconds(30));
        situation.report("l1", report -> report.job("done-0", 2, "alice"));

        assertThat(situation.terms("l1")).containsEntry("own", 2.0);
    }

    @Test
    void aPromiseThatTheReportRefutesDoesNotCount() {
        assertThat(Situation.idle(1).running("gone", "l1", 4, 11).terms("l1")).containsEntry("own", 0.0);
        assertThat(Situation.idle(1).running("young", "l1", 4, 9).terms("l1")).containsEntry("own", 4.0);
    }

    @Test
    void anOwnJobThatIdlesKeepsItsSlotsAndOneThatSwarmsIsNotExternal() {
        Situation situation = Situation.idle(2)
                .report("l1", report -> report.job("idle", 2, "bob", 0))
                .report("l2", report -> report.job("swarm", 2, "bob", 9));

        assertThat(situation.terms("l1")).containsEntry("external", 0.0).containsEntry("own", 2.0);
        assertThat(situation.terms("l2")).containsEntry("external", 0.0).containsEntry("own", 9.0);
    }

    @Test
    void whereTheProbeSeesLittleTheSlotsOfJobsThatRanAreTakenFromTheRunnableThreads() {
        Situation situation = Situation.idle(1).running("hidden", "l1", 2, 60).report("l1", report -> report.runnable(5)
                .incomplete());

        assertThat(situation.terms("l1")).containsEntry("external", 3.0).containsEntry("own", 2.0);
        assertThat(situation.line("l1").approximate()).isTrue();

        situation.report("l1", report -> report.runnable(1).incomplete());
        assertThat(situation.terms("l1")).as("never less than none").containsEntry("external", 0.0);
    }

    @Test
    void whereTheProbeSeesLittleAJobStartedSinceWasNotAmongTheRunnableThreads() {
        Situation situation = Situation.idle(1)
                .running("new", "l1", 4, 0)
                .reportAt(
                        "l1", NOW.minusSeconds(5), report -> report.runnable(4).incomplete());

        assertThat(situation.terms("l1")).containsEntry("external", 4.0).containsEntry("own", 4.0);
    }

    @Test
    void equalHostsTakeTurnsByCompletedJobs() {
        Situation situation = Situation.idle(3)
                .completed("l1", 2, Duration.ofDays(1))
                .completed("l2", 1, Duration.ofDays(1))
                .completed("l3", 2, Duration.ofDays(1));

        for (situation.seed = 0; situation.seed < 20; situation.seed++) {
            assertThat(situation.chosen()).isEqualTo("l2");
        }
    }

    @Test
    void fullyEqualHostsAreShuffledByTheSeedAlone() {
        Situation situation = Situation.idle(4);
        Map<String, Integer> chosen = new HashMap<>();
        for (situation.seed = 0; situation.seed < 4000; situation.seed++) {
            assertThat(situation.chosen()).isEqualTo(situation.chosen());
            chosen.merge(situation.chosen(), 1, Integer::sum);
        }

        assertThat(chosen).hasSize(4);
        assertThat(chosen.values())
                .as("a quarter each, within five standard deviations")
                .allMatch(n -> Math.abs(n - 1000) < 137);
    }

    @Test
    void theRunnerUpIsTheSecondBest() {
        Situation situation =
                Situation.idle(3).report("l1", report -> report.runnable(2)).report("l3", report -> report.runnable(1));

        PlacementResult.Placed placed = (PlacementResult.Placed) situation.place();

        assertThat(placed.host().name()).hasToString("l2");
        assertThat(placed.score()).isEqualTo(0.25);
        assertThat(placed.slotWeight()).isEqualTo(0.25);
        assertThat(placed.runnerUp()).hasValueSatisfying(second -> {
            assertThat(second.host().name()).hasToString("l3");
            assertThat(second.score()).isEqualTo(0.5);
        });
        assertThat(((PlacementResult.Placed) Situation.idle(1).place()).runnerUp())
                .isEmpty();
    }
}
