package io.loadshare.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import org.junit.jupiter.api.Test;

/** The simulation against results that queueing theory has in closed form. */
class TheoryTest {

    @Test
    void closedFormsGiveThePublishedValues() {
        assertThat(ClosedForms.choices(1, 0.9)).isEqualTo(10, within(1e-6));
        assertThat(ClosedForms.choices(2, 0.9)).isEqualTo(2.6141, within(5e-5));
        assertThat(ClosedForms.choices(3, 0.9)).isEqualTo(2.0279, within(5e-5));
        assertThat(ClosedForms.randomSplit(4, 0.7)).isEqualTo(1.357, within(5e-4));
        assertThat(ClosedForms.randomSplit(1, 0.5)).isEqualTo(2, within(1e-9));
    }

    @Test
    void twoFreshChoicesAmongManyHostsOfOneCore() {
        Scenario scenario = Scenario.of("theory", 500, 1, 0.9, 300);
        double response = meanResponse(
                scenario,
                (s, hosts, random) -> new Policies.TwoChoices(hosts, random, LoadIndex.RUN_QUEUE, 0),
                400_000);
        assertThat(response).isCloseTo(ClosedForms.choices(2, 0.9), withPercentage(2));
    }

    @Test
    void randomHostsOfFourCores() {
        double response = meanResponse(Scenario.of("theory", 36, 4, 0.7, 300), PolicyCatalog.get("random"), 400_000);
        assertThat(response).isCloseTo(ClosedForms.randomSplit(4, 0.7), withPercentage(2));
    }

    /** Processor sharing makes the mean response independent of the distribution of sizes. */
    @Test
    void randomHostsWithParetoSizes() {
        Scenario scenario = Scenario.of("theory", 36, 4, 0.7, 300).withSizes(Sizes.BOUNDED_PARETO);
        double slowdown = 0;
        for (int seed = 1; seed <= 5; seed++) {
            slowdown += Simulation.run(scenario, PolicyCatalog.get("random"), 200_000, seed)
                            .meanSlowdown()
                    / 5;
        }
        assertThat(slowdown).isCloseTo(ClosedForms.randomSplit(4, 0.7), withPercentage(3));
    }

    /** Mean response time in mean job sizes. */
    private static double meanResponse(Scenario scenario, Simulation.PolicyFactory policy, int jobs) {
        return Simulation.run(scenario, policy, jobs, 1).meanResponse() / Scenario.MEAN_SIZE;
    }
}
