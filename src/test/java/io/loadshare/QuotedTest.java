package io.loadshare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {

    @Test
    void foreignTextStaysOnOneLineAndMovesNoCursor() {
        assertThat(Quoted.printable("a\nb\t\r\u001b[1m\u202e\u2028\udcffü\ud83d\ude00\udb40\udc41"))
                .isEqualTo("a\\nb\\t\\r\\u001b[1m\\u202e\\u2028\\xffü\ud83d\ude00\\ue0041");
        assertThat(Quoted.printable("plain 'ü' \\n")).isEqualTo("plain 'ü' \\n");
    }

    @Test
    void aMessageShowsTheBeginningOfALongText() {
        assertThat(Quoted.of("x".repeat(60))).isEqualTo("'" + "x".repeat(60) + "'");
        assertThat(Quoted.of("x".repeat(61))).isEqualTo("'" + "x".repeat(60) + "…'");
    }
}
