package io.loadshare.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {

    @Test
    void everySequenceOfBytesSurvivesItsText() {
        Random random = new Random(42);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            assertThat(ShellWords.encode(ShellWords.decode(bytes))).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "zwölf Boxkämpfer", "日本語", "😀 𝒳", "\u0000\u007f"})
    void textIsItsUtf8(String text) {
        byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(ShellWords.encode(text)).isEqualTo(utf8);
        assertThat(ShellWords.decode(utf8)).isEqualTo(text);
    }

    @Test
    void bytesThatAreNoCharacterBecomeLoneSurrogates() {
        byte[] latin1 = {'f', (byte) 0xfc, 'r', (byte) 0xc3};
        assertThat(ShellWords.decode(latin1)).isEqualTo("f\udcfcr\udcc3");
    }

    @Test
    void halfASurrogatePairIsRefused() {
        assertThatThrownBy(() -> ShellWords.encode("ab\ud83d"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text holds U+d83d at 2, which stands for no character or byte");
    }

    @Test
    void wordsAreQuotedWhereTheyMust() {
        assertThat(ShellWords.join(List.of("echo", "", "it's", "a b", "$HOME", "-n", "x=1")))
                .isEqualTo("echo '' 'it'\\''s' 'a b' '$HOME' -n 'x=1'");
    }
}
