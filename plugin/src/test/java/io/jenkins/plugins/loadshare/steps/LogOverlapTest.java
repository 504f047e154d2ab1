package io.jenkins.plugins.loadshare.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.loadshare.service.LogPosition;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LogOverlapTest {

    /** Noted after the first line, with two more under way. */
    private static final LogPosition NOTED = new LogPosition(2, 1, 2);

    private static LogOverlap overlap(LogPosition noted, String log) {
        LogLines logged = new LogLines();
        byte[] bytes = log.getBytes(StandardCharsets.UTF_8);
        logged.write(bytes, 0, bytes.length);
        return LogOverlap.of(noted, logged);
    }

    /** What is logged of an output that comes in pieces. */
    private static String beyond(LogOverlap overlap, String... pieces) {
        StringBuilder fresh = new StringBuilder();
        for (String piece : pieces) {
            byte[] bytes = overlap.beyond(piece.getBytes(StandardCharsets.UTF_8));
            fresh.append(new String(bytes, StandardCharsets.UTF_8));
        }
        return fresh.toString();
    }

    @Test
    void allIsLoggedWhereNothingWasWrittenAfterTheNote() {
        assertThat(beyond(overlap(NOTED, "a\n"), "b\nc\n")).isEqualTo("b\nc\n");
        assertThat(beyond(overlap(LogPosition.START, ""), "a\n")).isEqualTo("a\n");
    }

    @Test
    void wholeLinesThatWereWrittenArePassedOver() {
        assertThat(beyond(overlap(NOTED, "a\nb\n"), "b\nc\nd\n")).isEqualTo("c\nd\n");
        assertThat(beyond(overlap(NOTED, "a\nb\nc\n"), "b\nc\nd\n")).isEqualTo("d\n");
        assertThat(beyond(overlap(NOTED, "a\nbb\nc\n"), "b", "b\nc", "\nd\n")).isEqualTo("d\n");
    }

    @Test
    void lineThatWasBegunIsEnded() {
        assertThat(beyond(overlap(NOTED, "a\nb\nlet"), "b\nletter\nd\n")).isEqualTo("ter\nd\n");
        assertThat(beyond(overlap(NOTED, "a\nb\nlet"), "b\nl", "e", "t", "ter")).isEqualTo("ter");
    }

    @Test
    void lineThatTheLogShowsOtherwiseComesAgainWhole() {
        assertThat(beyond(overlap(NOTED, "a\nb\n***"), "b\nsecret\nd\n")).isEqualTo("\nsecret\nd\n");
        assertThat(beyond(overlap(NOTED, "a\nb\nlex"), "b\nle", "tter\n")).isEqualTo("\nletter\n");
    }

    @Test
    void ourOwnLinesDoNotCount() {
        assertThat(beyond(overlap(NOTED, "[loadshare] x\na\n[12:00] [loadshare] y\nb\n"), "b\nc\n"))
                .isEqualTo("c\n");
        assertThat(beyond(overlap(NOTED, "a\nb\n"), "b\n[loadshare] z\nc\n")).isEqualTo("[loadshare] z\nc\n");
    }

    @Test
    void logThatAddsOrDropsLinesGetsThemTwiceRatherThanNever() {
        assertThat(beyond(overlap(NOTED, "a\n+\nb\n+\n"), "b\nc\nd\n")).isEqualTo("b\nc\nd\n");
        assertThat(beyond(overlap(NOTED, ""), "b\nc\nd\n")).isEqualTo("b\nc\nd\n");
    }

    @Test
    void lineTooLongToCompareGoesOnWhereItWasNoted() {
        String longLine = "x".repeat(LogLines.LONGEST + 1);
        assertThat(beyond(overlap(NOTED, "a\n" + longLine), "yz\n")).isEqualTo("yz\n");
    }
}
