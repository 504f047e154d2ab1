package io.loadshare.placement;

import static io.loadshare.placement.Situation.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.LoadshareException;
import io.loadshare.Timestamps;
import io.loadshare.host.Tag;
import io.loadshare.load.HostStatus;
import io.loadshare.load.Observer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which hosts are refused, why, and what follows if all are. */
class RefusalTest {

    private static final HostStatus.Drain DRAIN = new HostStatus.Drain("new disks", "root", NOW);

    private static PlacementRequest needing(Situation situation, Consumer<Situation.Needs> change) {
        Situation.Needs needs = new Situation.Needs();
        change.accept(needs);
        return situation.request(needs);
    }

    private static PlacementResult.NotNow notNow(PlacementResult result) {
        assertThat(result).isInstanceOf(PlacementResult.NotNow.class);
        return (PlacementResult.NotNow) result;
    }

    @Test
    void aHostThatWasNeverMeasuredIsNotIdle() {
        Situation situation = Situation.idle(2)
                .status("l1", status -> HostStatus.UNKNOWN)
                .report("l2", report -> report.runnable(400).load1(400));

        assertThat(situation.chosen()).isEqualTo("l2");
        assertThat(situation.refusal("l1")).isEqualTo("never measured");
    }

    @Test
    void aHostThatDidNotAnswerLastIsRefusedHoweverFreshItsReport() {
        Situation situation = Situation.idle(1).status("l1", status -> status.withFailure("no route to host", NOW));

        assertThat(situation.refusal("l1"))
                .isEqualTo("unreachable since " + Timestamps.print(Instant.parse("2026-11-22T12:00:00Z"))
                        + ": no route to host");
    }

    @ParameterizedTest
    @CsvSource({"-900, true", "-901, false", "5, true", "6, false"})
    void aReportServesFromFiveSecondsAheadToFifteenMinutesBehind(long seconds, boolean serves) {
        Situation situation = Situation.idle(1).reportAt("l1", NOW.plusSeconds(seconds), report -> report);

        assertThat(situation.place() instanceof PlacementResult.Placed).isEqualTo(serves);
    }

    @Test
    void saysHowOldAReportIs() {
        assertThat(Situation.idle(1)
                        .reportAt("l1", NOW.minusSeconds(1203), report -> report)
                        .refusal("l1"))
                .isEqualTo("report is 20m3s old (maxAge 15m)");
        assertThat(Situation.idle(1)
                        .reportAt("l1", NOW.plusSeconds(90), report -> report)
                        .refusal("l1"))
                .isEqualTo("report is from the future, by 1m30s; check the clocks");
    }

    @Test
    void aDrainedHostGetsNothingAndNamesWhoDrainedIt() {
        Situation situation = Situation.idle(1).status("l1", status -> status.withDrain(Optional.of(DRAIN)));

        assertThat(situation.refusal("l1")).isEqualTo("drained by root: new disks");
    }

    @Test
    void aSuspensionPasses() {
        HostStatus.Suspension until = new HostStatus.Suspension("jobs failed", NOW.plusMillis(1));
        HostStatus.Suspension over = new HostStatus.Suspension("jobs failed", NOW);

        assertThat(Situation.idle(1)
                        .status("l1", status -> status.withSuspension(Optional.of(until)))
                        .refusal("l1"))
                .startsWith(
                        "suspended until " + Timestamps.print(Instant.parse("2026-11-22T12:00:00Z")) + ": jobs failed");
        assertThat(Situation.idle(1)
                        .status("l1", status -> status.withSuspension(Optional.of(over)))
                        .chosen())
                .isEqualTo("l1");
    }

    @Test
    void afterASuspensionOneJobAtATimeUntilOneHasPassed() {
        HostStatus.Suspension over =
                new HostStatus.Suspension("jobs failed", NOW.minusSeconds(40), NOW.minusSeconds(30));
        Situation one = Situation.idle(1).status("l1", status -> status.withSuspension(Optional.of(over)));
        assertThat(one.running("from-before", "l1", 1, 35).chosen()).isEqualTo("l1");

        assertThat(one.running("probe", "l1", 1, 9).refusal("l1"))
                .isEqualTo("gets one job at a time until one has passed: jobs failed");
        assertThat(Situation.idle(1)
                        .status("l1", status -> status.withSuspension(Optional.of(over)))
                        .running("passed", "l1", 1, 10)
                        .running("next", "l1", 1, 1)
                        .chosen())
                .isEqualTo("l1");
    }

    @Test
    void aHostThatComplainsIsRefused() {
        assertThat(Situation.idle(1)
                        .report("l1", report -> report.complaint("disk full"))
                        .refusal("l1"))
                .isEqualTo("check says: disk full");
    }

    @Test
    void tagsAreAskedForBeforeAnythingElse() {
        Situation situation = Situation.idle(2).status("l2", status -> HostStatus.UNKNOWN);

        assertThat(situation.chosen(needing(situation, needs -> needs.tags = Set.of(new Tag("first")))))
                .isEqualTo("l1");
        assertThat(situation.place(needing(situation, needs -> needs.tags = Set.of(new Tag("gpu")))))
                .as("no scan can help")
                .isInstanceOf(PlacementResult.Never.class);
        assertThat(situation.chosen(needing(situation, needs -> needs.tags = Set.of(new Tag("b"), new Tag("a")))))
                .isEqualTo("[l[1-2]: missing tags a, b]");
    }

    @Test
    void memoryThatIsTakenMayBeFreedAndMemoryThatIsMissingMayNot() {
        Situation situation = Situation.idle(1).report("l1", report -> report.memory(16L << 30, 3L << 30));

        assertThat(situation.chosen(needing(situation, needs -> needs.minMemory = 3L << 30)))
                .isEqualTo("l1");
        PlacementResult later = situation.place(needing(situation, needs -> needs.minMemory = 4L << 30));
        assertThat(notNow(later).explanation().refusals()).containsExactly("l1: 3.0G of memory available (4.0G asked)");
        PlacementResult never = situation.place(needing(situation, needs -> needs.minMemory = 17L << 30));
        assertThat(never).isInstanceOf(PlacementResult.Never.class);
        assertThat(never.explanation().refusals()).containsExactly("l1: has 16G of memory (17G asked)");
    }

    @Test
    void tooFewCoresNeverSuffice() {
        Situation situation = Situation.idle(1);

        assertThat(situation.chosen(needing(situation, needs -> needs.minCores = 4)))
                .isEqualTo("l1");
        PlacementResult never = situation.place(needing(situation, needs -> needs.minCores = 4.5));
        assertThat(never).isInstanceOf(PlacementResult.Never.class);
        assertThat(never.explanation().refusals()).containsExactly("l1: has 4 cores (at least 4.5 asked)");
    }

    @Test
    void aRefusedLoginOnEveryHostThatCouldServeIsARefusal() {
        Situation situation = Situation.idle(3)
                .report("l3", report -> report.cores(2))
                .status("l1", status -> status.withFailure("changed host key", NOW, LoadshareException.Kind.REFUSED))
                .status("l2", status -> status.withFailure("permission denied", NOW, LoadshareException.Kind.REFUSED));
        PlacementRequest wide = needing(situation, needs -> needs.minCores = 4);

        assertThat(notNow(situation.place(wide)).isLasting()).isTrue();
        assertThat(notNow(situation.place(wide)).kind()).isEqualTo(LoadshareException.Kind.REFUSED);

        situation.status("l2", status -> status.withFailure("no route", NOW));
        assertThat(notNow(situation.place(wide)).isLasting())
                .as("l2 may come back")
                .isFalse();
    }

    @Test
    void aHostWhoseHomeDirectoryDoesNotAnswerIsStalled() {
        Situation situation = Situation.idle(1)
                .report("l1", report -> report.stalled("the home directory /home/a did not answer within 2 s"));

        PlacementResult result = situation.place();

        assertThat(notNow(result).reasons()).containsExactly(PendingReason.STALLED);
        assertThat(result.explanation().refusals())
                .containsExactly("l1: stalled: the home directory /home/a did not answer within 2 s");
    }

    @Test
    void theLowerOfTheLoadLimitsHolds() {
        Situation situation = Situation.idle(1)
                .with(old -> SettingsBuilder.of(old).maxLoad(3).build())
                .report("l1", report -> report.load1(2));

        assertThat(situation.chosen()).isEqualTo("l1");
        assertThat(situation.chosen(needing(situation, needs -> needs.maxLoad = OptionalDouble.of(2))))
                .isEqualTo("l1");
        assertThat(situation.chosen(needing(situation, needs -> needs.maxLoad = OptionalDouble.of(1.9))))
                .isEqualTo("[l1: load 2 (at most 1.9)]");
        situation.report("l1", report -> report.load1(3.5));
        assertThat(situation.chosen(needing(situation, needs -> needs.maxLoad = OptionalDouble.of(9))))
                .isEqualTo("[l1: load 3.5 (at most 3)]");
    }

    @Test
    void maxRunsCountsEachJobOnceAndNoneThatEnded() {
        Situation situation = Situation.idle(1)
                .maxRuns(2)
                .running("seen", "l1", 1, 60)
                .completed("l1", 1, Duration.ofSeconds(1))
                .report("l1", report -> report.job("seen", 1, "alice").job("done-0", 1, "alice"));
        assertThat(situation.chosen()).isEqualTo("l1");

        situation.running("second", "l1", 1, 0);

        assertThat(situation.chosen()).isEqualTo("[l1: 2 jobs running (maxRuns 2)]");
    }

    @Test
    void asksForAScanWhereNothingIsKnownOfAnyHostThatMayDo() {
        Situation situation = Situation.idle(3)
                .status("l1", status -> status.withDrain(Optional.of(DRAIN)))
                .status("l2", status -> HostStatus.UNKNOWN)
                .reportAt("l3", NOW.minus(Duration.ofHours(1)), report -> report);
        assertThat(notNow(situation.place()).asksForScan()).isTrue();

        situation.report("l3", report -> report.complaint("disk full"));
        assertThat(notNow(situation.place()).asksForScan())
                .as("one fresh report, though a bad one")
                .isFalse();

        situation.report("l3", report -> report.cores(1));
        assertThat(notNow(situation.place(needing(situation, needs -> needs.minCores = 2)))
                        .asksForScan())
                .as("the fresh one is of a host that will never do")
                .isTrue();

        assertThat(notNow(Situation.idle(1)
                                .status("l1", status -> status.withDrain(Optional.of(DRAIN)))
                                .place())
                        .asksForScan())
                .as("drained hosts only")
                .isFalse();
    }

    @Test
    void aRequestForNoHostIsNeverServed() {
        Situation situation = Situation.idle(2);

        assertThat(situation.place(situation.request().withCandidates(new int[0])))
                .isInstanceOf(PlacementResult.Never.class);
    }

    @Test
    void everyReasonSaysWhatItIsWithoutNumbers() {
        for (PendingReason reason : PendingReason.values()) {
            assertThat(reason.words()).isNotBlank();
            assertThat(reason.isPermanent() && reason.asksForScan()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "CONFIGURATION"})
    void aRefusedLoginOrAnUnsupportedConfigurationIsNothingToWaitFor(LoadshareException.Kind kind) {
        HostStatus.ScanFailure failure = new HostStatus.ScanFailure(
                "unknown host key", NOW, NOW, kind, Optional.of(new Observer("alice", "m1")), true);
        Situation situation = Situation.idle(1).status("l1", status -> status.withFailure(failure));

        PlacementResult.NotNow refused = notNow(situation.place());

        assertThat(refused.kind()).isEqualTo(kind);
        assertThat(refused.isLasting()).isTrue();
        assertThat(refused.explanation().refusals().toString()).contains(" for alice@m1: unknown host key");
    }
}
