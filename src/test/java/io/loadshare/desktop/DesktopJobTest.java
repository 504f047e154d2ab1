package io.loadshare.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DesktopJobTest {

    /** A report of somebody else may hold any word as the ID of a job. */
    @ParameterizedTest
    @CsvSource({
        "desktop-0mx33j2dv-zf1kp9, true",
        "0mx33j2dv-zf1kp9, false",
        "desktop-x;id, false",
        "desktop-$(id), false",
        "desktop-x y, false",
        "desktop-../../x, false",
    })
    void onlyAnIdIsADesktop(String word, boolean desktop) {
        assertThat(DesktopJob.isDesktop(word)).isEqualTo(desktop);
    }

    @Test
    void theDesktopOfABlockIsForTheBlockAlone() {
        assertThat(DesktopJob.isDesktop("desktop-block-0mx33j2dv-zf1kp9")).isTrue();
        assertThat(DesktopJob.isShared("desktop-block-0mx33j2dv-zf1kp9")).isFalse();
        assertThat(DesktopJob.isShared("desktop-0mx33j2dv-zf1kp9")).isTrue();
    }
}
