package io.loadshare.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The product's license rules against an independent simulation of the same site: what they cost, what they save. */
class LicenseRulesTest {

    @ParameterizedTest(name = "{1} at load {0}")
    @CsvSource({
        "0.5,  no-limit, 1.000,  68",
        "0.7,  no-limit, 1.009,  93",
        "0.85, no-limit, 1.094, 120",
        "0.5,  spread-8, 1.007,  58",
        "0.7,  spread-8, 1.049,  73",
        "0.85, spread-8, 1.196,  84",
        "0.5,  save-36,  1.000,  37",
        "0.7,  save-36,  1.010,  62",
        "0.85, save-36,  1.069,  96"
    })
    void slowdownAndSeatsAreThoseOfAnIndependentSimulation(double load, String policy, double slowdown, double seats)
            throws InterruptedException {
        Scenario site = Scenario.of("site", 36, 4, load, 300).withBurst(8);
        Summary summary;
        try (Runner runner = new Runner(60_000, 2, 2)) {
            summary = runner.run(site, policy);
        }
        assertThat(summary.meanSlowdown()).isCloseTo(slowdown, withPercentage(5));
        assertThat(summary.meanSeats()).isCloseTo(seats, withPercentage(5));
    }
}
