package io.loadshare.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {

    private static final Scenario SITE = Scenario.of("site", 8, 4, 0.7, 300).withBurst(8);

    @Test
    void equalSeedsGiveEqualRuns() {
        RunResult first = Simulation.run(SITE, PolicyCatalog.get("tracked"), 2000, 7);
        RunResult second = Simulation.run(SITE, PolicyCatalog.get("tracked"), 2000, 7);
        RunResult other = Simulation.run(SITE, PolicyCatalog.get("tracked"), 2000, 8);
        assertThat(first.slowdowns()).isEqualTo(second.slowdowns()).isNotEqualTo(other.slowdowns());
    }

    @Test
    void workloadHasTheLoadAsked() {
        List<Job> jobs = Workload.generate(
                SITE.withWideJobs(0.5, 3),
                200_000,
                RandomGeneratorFactory.of("L64X128MixRandom").create(1));
        double work = jobs.stream().mapToDouble(job -> job.size() * job.slots()).sum();
        double time = jobs.get(jobs.size() - 1).arrival();
        assertThat(work / time / SITE.capacity()).isEqualTo(0.7, within(0.02));
    }

    @Test
    void boundedParetoHasTheMeanAskedAndALongTail() {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        double[] sizes = new double[1_000_000];
        Arrays.setAll(sizes, i -> Sizes.BOUNDED_PARETO.draw(600, random));
        Arrays.sort(sizes);
        assertThat(Arrays.stream(sizes).average().orElseThrow()).isEqualTo(600, within(15.0));
        assertThat(sizes[500_000]).isLessThan(250);
        assertThat(sizes[999_999]).isGreaterThan(50_000);
    }

    @Test
    void jobsPlacedOutsideAreNotCounted() {
        RunResult result = Simulation.run(SITE.withOutside(0.5), PolicyCatalog.get("random"), 10_000, 1);
        assertThat(result.slowdowns().length).isBetween(4000, 5500);
    }

    @Test
    void jobsWaitWhileNoHostHasTheMemoryTheyAskFor() {
        Scenario tight = SITE.withMemory(1, 40 * Scenario.GIB);
        RunResult result = Simulation.run(tight, PolicyCatalog.get("oracle"), 300, 1);
        assertThat(result.maxJobs()).isEqualTo(1);
        assertThat(result.meanSlowdown()).isGreaterThan(2);
    }

    /** What the comparison is about; a policy that loses its way would end up beside random or above it. */
    @Test
    void knowledgeOfOnesOwnJobsIsNearlyAsGoodAsTheTruth() {
        double oracle =
                Simulation.run(SITE, PolicyCatalog.get("oracle"), 20_000, 3).meanSlowdown();
        double tracked =
                Simulation.run(SITE, PolicyCatalog.get("tracked"), 20_000, 3).meanSlowdown();
        double random =
                Simulation.run(SITE, PolicyCatalog.get("random"), 20_000, 3).meanSlowdown();
        assertThat(tracked).isLessThan(oracle * 1.01);
        assertThat(random).isGreaterThan(oracle * 1.2);
    }

    @Test
    void saveKeepsJobsOnTheHostsAlreadyPaidFor() {
        Scenario site = Scenario.of("site", 36, 4, 0.7, 300).withBurst(8);
        RunResult free = Simulation.run(site, PolicyCatalog.get("no-limit"), 10_000, 1);
        RunResult saved = Simulation.run(site, PolicyCatalog.get("save-8"), 10_000, 1);
        assertThat(saved.meanSeats()).isLessThan(0.75 * free.meanSeats());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tracked", "sciclust", "loadshare"})
    void aBlackHoleIsFoundAndNoOtherHostSuspended(String model) {
        Scenario site = Scenario.of("site", 36, 4, 0.7, 300).withFaults(1, 0);
        RunResult blind = Simulation.run(site, PolicyCatalog.get("oracle"), 2000, 1);
        RunResult found = Simulation.run(site, PolicyCatalog.get(model), 2000, 1);
        assertThat(blind.lost()).isGreaterThan(200);
        assertThat(found.lost()).isBetween(2, 20);
        assertThat(found.wronglySuspended()).isZero();
    }

    @Test
    void brokenJobsSuspendNothing() {
        Scenario site = Scenario.of("site", 36, 4, 0.7, 300).withFaults(0, 0.5);
        RunResult result = Simulation.run(site, PolicyCatalog.get("tracked"), 2000, 1);
        assertThat(result.wronglySuspended()).isZero();
        assertThat(result.lost()).isZero();
    }
}
