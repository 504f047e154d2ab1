package io.loadshare.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronEntryTest {

    private static CronEntry every(Duration interval) {
        return new CronEntry("/opt/loadshare/bin/loadshare", List.of(), Optional.empty(), interval);
    }

    @ParameterizedTest
    @CsvSource({
        "PT10S, * * * * *",
        "PT1M, * * * * *",
        "PT5M, */5 * * * *",
        "PT5M59S, */5 * * * *",
        "PT59M, */59 * * * *",
        "PT60M, 0 * * * *",
        "PT150M, 0 */2 * * *",
        "PT240H, 0 0 * * *"
    })
    void scansAtLeastAsOftenAsAsked(Duration interval, String schedule) {
        assertThat(every(interval).line())
                .isEqualTo(schedule + " /opt/loadshare/bin/loadshare scan >/dev/null 2>&1 # loadshare-scan");
    }

    @Test
    void whatCronAndShellWouldReadOtherwiseIsQuoted() {
        CronEntry entry = new CronEntry(
                "/opt/load share/100%/x", List.of("--config", "/a'b"), Optional.of("/opt/j dk"), Duration.ofMinutes(1));

        assertThat(entry.line())
                .isEqualTo("* * * * * JAVA_HOME='/opt/j dk' '/opt/load share/100\\%/x' --config '/a'\\''b' scan"
                        + " >/dev/null 2>&1 # loadshare-scan");
    }

    @Test
    void aProgramThatCronCouldNotFindIsRefused() {
        assertThatThrownBy(() -> new CronEntry("loadshare", List.of(), Optional.empty(), Duration.ofMinutes(1)))
                .hasMessageContaining("not 'loadshare': start loadshare as it is installed");
        CronEntry broken = new CronEntry("/a\nb", List.of(), Optional.empty(), Duration.ofMinutes(1));
        assertThatThrownBy(broken::line).hasMessageContaining("line break");
    }
}
