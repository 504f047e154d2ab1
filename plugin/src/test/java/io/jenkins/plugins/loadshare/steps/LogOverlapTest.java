package io.jenkins.plugins.loadshare.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
        assertEquals("b\nc\n", beyond(overlap(NOTED, "a\n"), "b\nc\n"));
        assertEquals("a\n", beyond(overlap(LogPosition.START, ""), "a\n"));
    }

    @Test
    void wholeLinesThatWereWrittenArePassedOver() {
        assertEquals("c\nd\n", beyond(overlap(NOTED, "a\nb\n"), "b\nc\nd\n"));
        assertEquals("d\n", beyond(overlap(NOTED, "a\nb\nc\n"), "b\nc\nd\n"));
        assertEquals("d\n", beyond(overlap(NOTED, "a\nbb\nc\n"), "b", "b\nc", "\nd\n"));
    }

    @Test
    void lineThatWasBegunIsEnded() {
        assertEquals("ter\nd\n", beyond(overlap(NOTED, "a\nb\nlet"), "b\nletter\nd\n"));
        assertEquals("ter", beyond(overlap(NOTED, "a\nb\nlet"), "b\nl", "e", "t", "ter"));
    }

    @Test
    void lineThatTheLogShowsOtherwiseComesAgainWhole() {
        assertEquals("\nsecret\nd\n", beyond(overlap(NOTED, "a\nb\n***"), "b\nsecret\nd\n"));
        assertEquals("\nletter\n", beyond(overlap(NOTED, "a\nb\nlex"), "b\nle", "tter\n"));
    }

    @Test
    void ourOwnLinesDoNotCount() {
        assertEquals("c\n", beyond(overlap(NOTED, "[loadshare] x\na\n[12:00] [loadshare] y\nb\n"), "b\nc\n"));
        assertEquals("[loadshare] z\nc\n", beyond(overlap(NOTED, "a\nb\n"), "b\n[loadshare] z\nc\n"));
    }

    @Test
    void logThatAddsOrDropsLinesGetsThemTwiceRatherThanNever() {
        assertEquals("b\nc\nd\n", beyond(overlap(NOTED, "a\n+\nb\n+\n"), "b\nc\nd\n"));
        assertEquals("b\nc\nd\n", beyond(overlap(NOTED, ""), "b\nc\nd\n"));
    }

    @Test
    void lineTooLongToCompareGoesOnWhereItWasNoted() {
        String longLine = "x".repeat(LogLines.LONGEST + 1);
        assertEquals("yz\n", beyond(overlap(NOTED, "a\n" + longLine), "yz\n"));
    }
}
