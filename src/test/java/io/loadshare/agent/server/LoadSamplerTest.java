package io.loadshare.agent.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.loadshare.LoadshareException;
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

class LoadSamplerTest {

    private static final InstantSource CLOCK = InstantSource.system();

    private final List<String> log = new ArrayList<>();
    private final QueryService desk = new QueryService(
            TestingAgent.host(1), PlacementSettings.DEFAULT, CLOCK, () -> "s", new AgentCounters(), AgentMemory.NONE);
    private LocalProbe gauge = LoadSamplerTest::sound;
    private final LoadSampler sampler = new LoadSampler(() -> gauge.measure(), desk, log::add);

    private static HostResult sound() {
        Instant now = CLOCK.instant();
        LoadReport report = ReportBuilder.report("h1", now).build();
        return HostResult.of(report, now, Duration.ZERO);
    }

    private static HostResult failed() {
        LoadshareException failure = new LoadshareException(LoadshareException.Kind.DATA, "no awk");
        return HostResult.of(TestingAgent.host(1).name(), failure, true, CLOCK.instant(), Duration.ZERO);
    }

    @Test
    void failureIsToldOnceUntilMeasuringWorksAgain() throws Exception {
        gauge = LoadSamplerTest::failed;
        sampler.sample();
        sampler.sample();
        assertThatThrownBy(desk::figures).isInstanceOf(RequestRefusedException.class);
        gauge = LoadSamplerTest::sound;
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
        gauge = LoadSamplerTest::sound;
        sampler.sample();

        assertThat(log)
                .containsExactly(
                        "cannot measure this host: java.lang.IllegalStateException: what nobody thought of",
                        "measuring works again");
    }

    @Test
    void costlyMeasurementsAreRarer() {
        assertThat(LoadSampler.pauseAfter(Duration.ofMillis(50))).isEqualTo(LoadSampler.PAUSE);
        assertThat(LoadSampler.pauseAfter(Duration.ofMillis(100))).isEqualTo(Duration.ofSeconds(10));
        assertThat(LoadSampler.pauseAfter(Duration.ofSeconds(1))).isEqualTo(LoadSampler.LONGEST_PAUSE);
    }
}
