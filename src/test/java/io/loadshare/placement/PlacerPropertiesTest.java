package io.loadshare.placement;

import static io.loadshare.placement.Situation.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.host.Host;
import io.loadshare.host.Tag;
import io.loadshare.ledger.LedgerRecord;
import io.loadshare.license.LicenseFeature;
import io.loadshare.license.RequiredLicense;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadReport;
import io.loadshare.testing.LedgerRecords;
import io.loadshare.testing.ReportBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold in every situation; each seed is one, drawn at random. */
class PlacerPropertiesTest {

    static IntStream seeds() {
        return IntStream.range(0, 1000);
    }

    private static Situation draw(Random random) {
        int hosts = 1 + random.nextInt(6);
        double[] speeds = new double[hosts];
        for (int i = 0; i < hosts; i++) {
            speeds[i] = 0.5 + random.nextInt(4) * 0.5;
        }
        Situation situation = Situation.idle(speeds)
                .model(PlacementModel.values()[random.nextInt(3)])
                .maxRuns(1 + random.nextInt(6));
        if (random.nextBoolean()) {
            situation.with(old -> old.withSlotsPerCore(0.5 + random.nextInt(3)));
        }
        situation.seed = random.nextLong();
        for (int i = 1; i <= hosts; i++) {
            drawHost(situation, "l" + i, random);
        }
        return situation;
    }

    private static void drawHost(Situation situation, String host, Random random) {
        Instant at = NOW.minusSeconds(random.nextInt(1000)).plusSeconds(random.nextInt(8));
        situation.reportAt(host, at, report -> drawReport(report, host, random));
        switch (random.nextInt(12)) {
            case 0 -> situation.status(host, s -> HostStatus.UNKNOWN);
            case 1 -> situation.status(host, s -> s.withFailure("refused", NOW));
            case 2 -> situation.status(host, s -> s.withDrain(Optional.of(new HostStatus.Drain("disks", "root", NOW))));
            case 3 ->
                situation.status(
                        host,
                        s -> s.withSuspension(Optional.of(
                                new HostStatus.Suspension("failures", NOW.plusSeconds(random.nextInt(3) - 1)))));
            default -> {}
        }
        for (int k = random.nextInt(4); k > 0; k--) {
            situation.running(host + "-c" + k, host, 1 + random.nextInt(3), random.nextInt(900));
        }
        situation.completed(host, random.nextInt(4), Duration.ofSeconds(random.nextInt(100)));
    }

    private static ReportBuilder drawReport(ReportBuilder report, String host, Random random) {
        report.cores(1 + random.nextInt(8))
                .load1(random.nextInt(60) / 10.0)
                .runnable(random.nextInt(10))
                .memory(16L << 30, (long) random.nextInt(16) << 30);
        for (int k = random.nextInt(3); k > 0; k--) {
            report.job(host + "-c" + k, 1 + random.nextInt(2), "bob", random.nextInt(3));
        }
        if (random.nextInt(5) == 0) {
            report.incomplete();
        }
        if (random.nextInt(9) == 0) {
            report.complaint("disk full");
        }
        if (random.nextInt(3) == 0) {
            report.holder("matlab", "alice", 1 + random.nextInt(3));
        }
        return report;
    }

    private static PlacementRequest drawRequest(Situation situation, Random random) {
        Situation.Needs needs = new Situation.Needs();
        needs.slots = 1 + random.nextInt(3);
        needs.minCores = random.nextInt(4);
        needs.minMemory = (long) random.nextInt(8) << 30;
        needs.maxLoad = random.nextBoolean() ? OptionalDouble.of(random.nextInt(6)) : OptionalDouble.empty();
        needs.tags = random.nextInt(5) == 0 ? Set.of(new Tag("first")) : Set.of();
        PlacementRequest request = situation.request(needs);
        if (random.nextInt(3) > 0) {
            return request;
        }
        LicenseFeature.Rule rule = LicenseFeature.Rule.values()[random.nextInt(2)];
        LicenseFeature feature = new LicenseFeature("matlab", "MATLAB", 1 + random.nextInt(4), rule, List.of());
        return request.withLicenses(List.of(RequiredLicense.of(feature)));
    }

    /** The rules of refusal once more, written down independently of the checkers; without license and runs. */
    private static boolean mayServe(Host host, HostStatus status, PlacementRequest request) {
        if (status.report().isEmpty()
                || status.failure().isPresent()
                || status.drain().isPresent()) {
            return false;
        }
        LoadReport report = status.report().get();
        long age = Duration.between(report.measuredAt(), NOW).toSeconds();
        return age >= -5
                && age <= 900
                && status.suspension().filter(s -> NOW.isBefore(s.until())).isEmpty()
                && report.health().complaint().isEmpty()
                && report.cores() >= request.minCores()
                && report.memory().available() >= request.minMemory()
                && report.loadAverage().load1() <= request.maxLoad().orElse(Double.MAX_VALUE)
                && host.tags().containsAll(request.tags());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aPlaceIsOnAHostThatNoRuleForbidsAndNoneIsMissedWithoutAReason(int seed) {
        Random random = new Random(seed);
        Situation situation = draw(random);
        PlacementRequest request = drawRequest(situation, random);

        PlacementResult result = situation.place(request);

        for (Explanation.Line line : result.explanation().candidates()) {
            Host host = situation.inventory.find(line.host()).orElseThrow();
            boolean allowed = mayServe(host, situation.board.of(line.host()), request);
            boolean forbiddenOtherwise = line.refusal()
                    .filter(refusal -> refusal.reason() == PendingReason.LICENSE
                            || refusal.reason() == PendingReason.MAX_RUNS_REACHED
                            || refusal.reason() == PendingReason.NO_FREE_SLOT
                            || refusal.reason() == PendingReason.TOO_FEW_SLOTS)
                    .isPresent();
            assertThat(line.score().isPresent()).as(line.toString()).isEqualTo(allowed && !forbiddenOtherwise);
        }
        if (result instanceof PlacementResult.Placed placed) {
            assertThat(mayServe(placed.host(), situation.board.of(placed.host().name()), request))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theExplanationTellsWhatWasDecided(int seed) {
        Random random = new Random(seed);
        Situation situation = draw(random);
        PlacementRequest request = drawRequest(situation, random);

        PlacementResult result = situation.place(request);
        Explanation explanation = result.explanation();

        assertThat(explanation.candidates())
                .extracting(Explanation.Line::host)
                .containsExactlyInAnyOrderElementsOf(
                        situation.inventory.hosts().stream().map(Host::name).toList());
        assertThat(explanation.candidates())
                .allMatch(line -> line.score().isPresent() != line.refusal().isPresent());
        if (result instanceof PlacementResult.Placed placed) {
            assertThat(explanation.chosen()).contains(placed.host().name());
            assertThat(explanation.candidates().get(0).host())
                    .isEqualTo(placed.host().name());
            assertThat(explanation.candidates().get(0).score()).hasValue(placed.score());
            placed.runnerUp().ifPresent(second -> assertThat(
                            explanation.candidates().get(1).host())
                    .isEqualTo(second.host().name()));
        } else {
            assertThat(explanation.chosen()).isEmpty();
            assertThat(explanation.candidates()).noneMatch(line -> line.score().isPresent());
        }
    }

    /** Ways to load a host more. */
    private static final Map<String, UnaryOperator<ReportBuilder>> BURDENS = Map.of(
            "runnable threads", report -> report.runnable(20),
            "load", report -> report.load1(20),
            "a job", report -> report.job("burden", 3, "bob"),
            "memory", report -> report.memory(16L << 30, 0));

    @ParameterizedTest
    @MethodSource("seeds")
    void loadNeverMakesAHostBetter(int seed) {
        Random random = new Random(seed);
        Situation situation = draw(random);
        PlacementRequest request = drawRequest(situation, random);
        String burdened = "l" + (1 + random.nextInt(situation.inventory.size()));
        situation.reportAt(burdened, NOW, report -> report.memory(16L << 30, 8L << 30));
        String before = situation.chosen(request);

        List<String> burdens = new ArrayList<>(BURDENS.keySet());
        Collections.sort(burdens);
        String burden = burdens.get(random.nextInt(burdens.size()));
        situation.reportAt(burdened, NOW, BURDENS.get(burden));

        if (!before.equals(burdened)) {
            assertThat(situation.chosen(request)).as(burden).isNotEqualTo(burdened);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aPromiseNeverMakesAHostBetterUnlessForItsSeat(int seed) {
        Random random = new Random(seed);
        Situation situation = draw(random);
        PlacementRequest request = drawRequest(situation, random);
        String burdened = "l" + (1 + random.nextInt(situation.inventory.size()));
        String before = situation.chosen(request);

        situation.record(new LedgerRecord.Reserved(LedgerRecords.reservation("burden", burdened, "zoe", NOW)));

        if (!before.equals(burdened)) {
            assertThat(situation.chosen(request)).isNotEqualTo(burdened);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theOrderOfTheCandidatesMattersOnlyWhereListOrderBreaksTies(int seed) {
        Random random = new Random(seed);
        Situation situation = draw(random);
        PlacementRequest request = drawRequest(situation, random);
        if (situation.settings.model() == PlacementModel.LOADSHARE) {
            situation.model(PlacementModel.TRACKED);
        }
        List<Integer> shuffled =
                new ArrayList<>(IntStream.of(request.candidates()).boxed().toList());
        Collections.shuffle(shuffled, random);

        PlacementResult first = situation.place(request);
        PlacementResult second = situation.place(
                request.withCandidates(shuffled.stream().mapToInt(i -> i).toArray()));

        assertThat(chosenHost(second)).isEqualTo(chosenHost(first));
    }

    private static Optional<Host> chosenHost(PlacementResult result) {
        return result instanceof PlacementResult.Placed placed ? Optional.of(placed.host()) : Optional.empty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aHostThatIsNotChosenMightAsWellNotBeThere(int seed) {
        Random random = new Random(seed);
        Situation situation = draw(random);
        PlacementRequest request = drawRequest(situation, random);
        Optional<Host> chosen = chosenHost(situation.place(request));

        int dropped = random.nextInt(situation.inventory.size());
        int[] rest =
                IntStream.of(request.candidates()).filter(i -> i != dropped).toArray();

        if (chosen.isPresent() && !chosen.get().equals(situation.inventory.at(dropped))) {
            assertThat(chosenHost(situation.place(request.withCandidates(rest))))
                    .isEqualTo(chosen);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aBurstOverEqualHostsIsNeverUnevenByMoreThanOne(int seed) {
        Random random = new Random(seed);
        int hosts = 1 + random.nextInt(8);
        Situation situation = Situation.idle(hosts);
        situation.seed = seed;

        Map<String, Integer> byHost = situation.burst(1 + random.nextInt(30), situation.request());

        int most = Collections.max(byHost.values());
        int least = byHost.size() < hosts ? 0 : Collections.min(byHost.values());
        assertThat(most - least).as(byHost.toString()).isLessThanOrEqualTo(1);
    }
}
