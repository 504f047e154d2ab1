package io.loadshare.job.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.job.JobUsage;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobUsageTest {

    @ParameterizedTest
    @ValueSource(strings = {"2m1.250000s 0m0.5s 2048", "2m1.25s 0m0.500s 2048", "2m1,250s 0m0,500s 2048"})
    void readsTheTimesOfAllShellsAndLocales(String text) {
        assertThat(JobUsage.parse(text))
                .contains(new JobUsage(Duration.ofMillis(121_750), OptionalLong.of(2048 * 1024)));
    }

    @Test
    void theMemoryMayBeMissing() {
        assertThat(JobUsage.parse("0m0.00s 1m0s")).contains(new JobUsage(Duration.ofMinutes(1), OptionalLong.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1 2", "0m0.1s", "0m0.1s 0m0.1s -5", "99999999999m0s 0m0s", "0m0s 0m0s 1 2"})
    void ignoresWhatAUserWroteIntoTheFile(String text) {
        assertThat(JobUsage.parse(text)).isEqualTo(Optional.empty());
    }
}
