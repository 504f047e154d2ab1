package io.loadshare.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is typed, what the job gets of it, and what else happens: {@code .} for letting go, {@code Z} for a stop. */
class EscapeKeysTest {

    private final StringBuilder events = new StringBuilder();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            quoteCharacter = '"',
            value = {
                "ls -l<          | ls -l<        | ''",
                "~.              | ''            | .",
                "ls<~.           | ls<           | .",
                "a~.             | a~.           | ''",
                "~~.             | ~.            | ''",
                "<~~x            | <~x           | ''",
                "~x~.            | ~x~.          | ''",
                "~               | ''            | ''",
                "~<~.            | ~<            | .",
                "~^ls<~^         | ls<           | ZZ",
                "cd ~/.ssh<~/x<  | cd ~/.ssh<~/x< | ''",
            })
    void escapesCountAtTheBeginningOfALineAlone(String typed, String arrives, String event) throws IOException {
        String expected = bytes(arrives);

        assertThat(afterTyping(bytes(typed), bytes(typed).length())).isEqualTo(expected);
        assertThat(events.toString()).isEqualTo(event.equals("''") ? "" : event);
        assertThat(afterTyping(bytes(typed), 1)).as("a key at a time").isEqualTo(expected);
    }

    /** {@code <} stands for the return key, {@code ^} for Ctrl-Z, {@code ''} for nothing. */
    private static String bytes(String text) {
        return text.equals("''") ? "" : text.replace('<', '\r').replace('^', (char) 0x1a);
    }

    private String afterTyping(String typed, int atOnce) throws IOException {
        ByteArrayOutputStream job = new ByteArrayOutputStream();
        events.setLength(0);
        try (EscapeKeys keys = new EscapeKeys(job, () -> events.append('.'), () -> events.append('Z'))) {
            byte[] bytes = typed.getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < bytes.length; i += Math.max(1, atOnce)) {
                keys.write(bytes, i, Math.min(atOnce, bytes.length - i));
            }
        }
        return job.toString(StandardCharsets.ISO_8859_1);
    }
}
