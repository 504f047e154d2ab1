package io.loadshare.config.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.loadshare.config.ConfigurationException;
import io.loadshare.testing.Size;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever an imported file holds, its import ends soon, with a result or a failure that says where. */
@Timeout(120)
class ImportFuzzTest {

    private static final List<String> SPLINTERS = List.of(
            "[",
            "]",
            "(",
            ")",
            "{",
            "}",
            "'",
            "\"",
            "'''",
            "\"\"\"",
            "\\",
            "\\\n",
            "\n",
            "\n    ",
            ";",
            "#",
            "%",
            "%d",
            "*",
            "**",
            "+",
            "=",
            "+=",
            "for x in ",
            "range(",
            "range(9999999999)",
            "999999999999999999",
            "lambda",
            "if x:",
            "nodes",
            "machines",
            "\"a\"",
            "#t",
            ".",
            "\u0000",
            "\u00e9",
            "'a' * ",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");

    private static final int FILES = Size.of("loadshare.fuzz.files", 300, 1500);

    @TempDir
    Path directory;

    private void read(String name, byte[] bytes, Object what) throws IOException {
        Path file = Files.write(directory.resolve(name), bytes);
        try {
            assertThat(ConfigurationImport.of(List.of(file)).yaml()).startsWith("# Imported from ");
        } catch (ConfigurationException e) {
            assertThat(e.getMessage()).startsWith(file.toString());
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("case " + what + " of " + name + ": " + e, e);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = ImportFuzzTest.class.getResourceAsStream("/io/loadshare/config/imports/" + name)) {
            return in.readAllBytes();
        }
    }

    @Test
    void filesWithSomethingChanged() throws IOException {
        Random random = new Random(44);
        String[] names = {"sciclust", "sciclustc", "loadsharesettings.py"};
        for (int i = 0; i < FILES; i++) {
            String name = names[i % names.length];
            StringBuilder text = new StringBuilder(new String(resource(name), StandardCharsets.UTF_8));
            for (int k = random.nextInt(6); k >= 0; k--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(10)));
                    case 1 -> text.insert(at, SPLINTERS.get(random.nextInt(SPLINTERS.size())));
                    default -> text.setCharAt(at, (char) random.nextInt(256));
                }
            }
            read(name, text.toString().getBytes(StandardCharsets.UTF_8), i);
        }
    }

    @Test
    void randomBytes() throws IOException {
        Random random = new Random(45);
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            read(i % 2 == 0 ? "x.py" : "x", bytes, i);
        }
    }

    @Test
    void bombs() throws IOException {
        List<String> bombs = List.of(
                "x = " + "[".repeat(100_000),
                "x = " + "(".repeat(100_000) + ")".repeat(100_000),
                "x = " + "-".repeat(500_000) + "1",
                "x = 'a'" + " + 'a'".repeat(20_000),
                "x = ['a']" + " + ['a']".repeat(20_000),
                "x = " + "'a' ".repeat(200_000),
                "x = '" + "a".repeat(500_000),
                "x = \'\'\'" + "a".repeat(500_000) + "\'\'\'",
                "machines = ['a%d' % i for i in range(0, 500000)]",
                "machines = ['" + "a".repeat(500_000) + "%d' % i for i in range(0, 5)",
                "a = 1\n".repeat(100_000),
                "nodes " + "a1 ".repeat(300_000),
                "(".repeat(500_000),
                "nodes " + "\"".repeat(500_001));
        for (String bomb : bombs) {
            byte[] bytes = bomb.getBytes(StandardCharsets.UTF_8);
            read("bomb.py", bytes, bomb.substring(0, 10));
            read("bomb", bytes, bomb.substring(0, 10));
        }
    }
}
