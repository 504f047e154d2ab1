package io.jenkins.plugins.loadshare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every text of the pages and messages has a German translation, and no translation is left over. */
class TranslationsTest {

    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Pattern KEY = Pattern.compile("\\$\\{%([^}(]+)");

    @Test
    void germanIsComplete() throws Exception {
        assertThat(files(".jelly")).hasSizeGreaterThan(30);
        for (Path page : files(".jelly")) {
            Set<String> keys = KEY.matcher(Files.readString(page))
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(german(page, ".jelly")).as(page.toString()).isEqualTo(keys);
        }
        for (Path messages : files("/Messages.properties")) {
            assertThat(german(messages, ".properties")).as(messages.toString()).isEqualTo(keys(messages));
        }
    }

    private static List<Path> files(String end) throws IOException {
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            return files.filter(file -> file.toString().endsWith(end)).toList();
        }
    }

    private static Set<String> german(Path file, String end) throws IOException {
        Path translation = Path.of(file.toString().replace(end, "_de.properties"));
        return Files.exists(translation) ? keys(translation) : Set.of();
    }

    private static Set<String> keys(Path file) throws IOException {
        Properties texts = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            texts.load(reader);
        }
        return new TreeSet<>(texts.stringPropertyNames());
    }
}
