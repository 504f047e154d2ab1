package io.loadshare.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.testing.Size;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file holds, reading it ends soon, with a configuration or a failure that says where. */
@Timeout(120)
class ConfigurationFuzzTest {

    private static final List<String> SPLINTERS = List.of(
            "[",
            "]",
            "{",
            "}",
            ": ",
            "- ",
            "\n",
            "\n  ",
            "\t",
            "'",
            "\"",
            "&a ",
            "*a",
            "!!int ",
            "? ",
            "| ",
            "> ",
            "#",
            "---\n",
            "...\n",
            "%YAML 9.9\n",
            "none",
            "~",
            "l[1-99999999]",
            "0",
            "-1",
            "1e999",
            "{x}",
            "\\",
            "\u0000",
            "\u2028",
            "\ud83d\ude00",
            "<<: ",
            "@",
            "`",
            ",",
            "hosts",
            "name",
            "[[[[[[[[[[[[[[[[[[[[[[[[");

    private static final int FILES = Size.of("loadshare.fuzz.files", 300, 1500);

    @TempDir
    Path directory;

    private void read(byte[] bytes, Object what) throws IOException {
        Path file = Files.write(directory.resolve("fuzz.yaml"), bytes);
        try {
            LoadedConfiguration loaded = new ConfigurationLoader(new ConfigurationEnvironment(
                            directory.resolve("none"), 0, Optional.of(file), Map.of(), directory, "here"))
                    .load();
            loaded.warnings();
            assertThat(loaded.show()).isNotEmpty();
        } catch (ConfigurationException e) {
            assertThat(e.getMessage().lines())
                    .isNotEmpty()
                    .hasSizeLessThanOrEqualTo(21)
                    .allMatch(line -> line.startsWith(file.toString()) || line.startsWith("and "));
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("case " + what + " of " + bytes.length + " bytes: " + e, e);
        }
    }

    @Test
    void randomBytes() throws IOException {
        Random random = new Random(42);
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                for (int k = 0; k < bytes.length; k++) {
                    bytes[k] = (byte) (32 + (bytes[k] & 0x7f) % 95);
                }
            }
            read(bytes, i);
        }
    }

    @Test
    void goodFilesWithSomethingChanged() throws IOException {
        Random random = new Random(43);
        List<String> good = List.of(Reading.resource("everything.yaml"), Reading.readme());
        for (int i = 0; i < FILES; i++) {
            StringBuilder text = new StringBuilder(good.get(i % 2));
            for (int k = random.nextInt(4); k >= 0; k--) {
                int at = random.nextInt(text.length());
                int end = Math.min(text.length(), at + random.nextInt(20));
                switch (random.nextInt(4)) {
                    case 0 -> text.delete(at, Math.max(end, at + 1));
                    case 1 -> text.insert(at, SPLINTERS.get(random.nextInt(SPLINTERS.size())));
                    case 2 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
                    default -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
                }
            }
            read(text.toString().getBytes(StandardCharsets.UTF_8), i);
        }
    }

    @Test
    void bombs() throws IOException {
        StringBuilder aliases = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 40; i++) {
            aliases.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [")
                    .append(("*a" + (i - 1) + ", ").repeat(9))
                    .append("]\n");
        }
        List<String> bombs = List.of(
                aliases.toString(),
                "hosts: &h\n - *h\n",
                "&x hosts: [*x]\n",
                "hosts: &h [{name: a, tags: *h}]\n",
                "? ".repeat(50_000),
                "{".repeat(50_000),
                "a: ".repeat(50_000),
                "&a ".repeat(50_000),
                "'" + "x".repeat(1_000_000),
                "\"" + "\\n".repeat(500_000),
                "x".repeat(1_000_000) + ": 1",
                "- x\n".repeat(50_000),
                "x: 1\n".repeat(50_000),
                "hosts:\n" + "- {name: x}\n".repeat(20_000),
                "hosts: [" + "{name: 'l[1-100000]'}, ".repeat(1000) + "]",
                "scan: {timeout: " + "9d".repeat(500_000) + "}",
                "hosts: [{name: '" + "a[1-2]".repeat(10_000) + "'}]",
                "hosts: [{name: '" + "a[1-99999]!".repeat(50_000) + "b'}]");
        for (String bomb : bombs) {
            read(bomb.getBytes(StandardCharsets.UTF_8), bomb.substring(0, Math.min(20, bomb.length())));
        }
    }
}
