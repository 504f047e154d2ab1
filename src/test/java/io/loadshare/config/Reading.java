package io.loadshare.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Short ways for tests to read a configuration. */
final class Reading {

    private Reading() {}

    static Configuration configuration(String yaml) {
        return ConfigurationLoader.check("f", yaml).configuration();
    }

    /** The message for a text that must not load. */
    static String failure(String yaml) {
        return catchThrowableOfType(ConfigurationException.class, () -> configuration(yaml))
                .getMessage();
    }

    /** The configuration that the README shows. */
    static String readme() {
        try {
            String readme = Files.readString(Path.of("README.md"));
            int start = readme.indexOf("```yaml\n") + "```yaml\n".length();
            return readme.substring(start, readme.indexOf("```", start));
        } catch (IOException e) {
            throw new AssertionError("cannot read README.md", e);
        }
    }

    static String resource(String name) {
        try (InputStream in = Reading.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError("cannot read resource " + name, e);
        }
    }
}
