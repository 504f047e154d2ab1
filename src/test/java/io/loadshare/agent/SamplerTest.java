package io.loadshare.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.Failure;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.PlacementSettings;
import io.loadshare.probe.HostResult;
import io.loadshare.testing.ReportBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplerTest {

    private static final InstantSource CLOCK = InstantSource.system();

    private final List<String> log = new ArrayList<>();
    private final QueryDesk desk =
            new QueryDesk(TestingAgent.host(1), PlacementSettings.DEFAULT, CLOCK, () -> "s", new Tally(), Memory.NONE);
    private Gauge gauge = SamplerTest::sound;
    private final Sampler sampler = new Sampler(() -> gauge.measure(), desk, log::add);

    private static HostResult sound() {
        Instant now = CLOCK.instant();
        LoadReport report = ReportBuilder.report("h1", now).build();
        return HostResult.of(report, now, Duration.ZERO);
    }

    private static HostResult failed() {
        Failure failure = new Failure(Failure.Kind.DATA, "no awk");
        return HostResult.of(TestingAgent.host(1).name(), failure, true, CLOCK.instant(), Duration.ZERO);
    }

    @Test
    void failureIsToldOnceUntilMeasuringWorksAgain() throws Exception {
        gauge = SamplerTest::failed;
        sampler.sample();
        sampler.sample();
        assertThatThrownBy(desk::figures).isInstanceOf(Refusal.class);
        gauge = SamplerTest::sound;
        sampler.sample();
        sampler.sample();

        assertThat(log).containsExactly("cannot measure this host: no awk", "measuring works again");
        assertThat(desk.figures().report().host().value()).isEqualTo("h1");
    }

    @Test
    void faultOfOneMeasurementDoesNotEndMeasuring() throws Exception {
        gauge = () -> {
            throw new IllegalStateException("what nobody thought of");
        };
        sampler.sample();
        gauge = SamplerTest::sound;
        sampler.sample();

        assertThat(log)
                .containsExactly(
                        "cannot measure this host: java.lang.IllegalStateException: what nobody thought of",
                        "measuring works again");
    }

    @Test
    void costlyMeasurementsAreRarer() {
        assertThat(Sampler.pauseAfter(Duration.ofMillis(50))).isEqualTo(Sampler.PAUSE);
        assertThat(Sampler.pauseAfter(Duration.ofMillis(100))).isEqualTo(Duration.ofSeconds(10));
        assertThat(Sampler.pauseAfter(Duration.ofSeconds(1))).isEqualTo(Sampler.LONGEST_PAUSE);
    }
}
