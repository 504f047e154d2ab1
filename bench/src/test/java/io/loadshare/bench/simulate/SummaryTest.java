package io.loadshare.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SummaryTest {

    @Test
    void intervalIsStudentsOverTheMeansOfTheRuns() {
        Summary summary = Summary.of("case", "policy", List.of(run(1, 3), run(3, 5), run(5, 7)));
        assertThat(summary.meanSlowdown()).isEqualTo(4, within(1e-9));
        assertThat(summary.ci95()).isEqualTo(4.303 * 2 / Math.sqrt(3), within(1e-3));
    }

    @Test
    void oneRunHasNoInterval() {
        Summary summary = Summary.of("case", "policy", List.of(run(1, 2)));
        assertThat(summary.ci95()).isNaN();
        assertThat(summary.json()).containsEntry("ci95", null);
    }

    @Test
    void percentilesAreOverTheJobsOfAllRuns() {
        double[] hundred = IntStream.rangeClosed(1, 101).asDoubleStream().toArray();
        Summary summary = Summary.of("case", "policy", List.of(new RunResult(hundred, 1, 2, 3, 0, 0)));
        assertThat(summary.p95()).isEqualTo(96);
        assertThat(summary.p99()).isEqualTo(100);
    }

    private static RunResult run(double... slowdowns) {
        return new RunResult(slowdowns, 1, 1, 1, 0, 0);
    }
}
