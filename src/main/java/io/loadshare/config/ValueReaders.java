package io.loadshare.config;

import io.loadshare.Suggestions;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import io.loadshare.placement.Durations;
import io.loadshare.software.Template;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The types of settings. */
final class ValueReaders {

    private ValueReaders() {}

    /** Any text with something in it. */
    static String text(Written written) {
        return scalar(written, "text");
    }

    private static String scalar(Written written, String expected) {
        return written.text().filter(text -> !text.isBlank()).orElseThrow(() -> new ValueReader.Unexpected(expected));
    }

    /** A word that may name things: in messages, on the command line, in files of records. */
    static String name(Written written) {
        String expected = "a word of letters, digits, '.', '-' and '_' that does not begin with '.' or '-'";
        String name = scalar(written, expected);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_';
            if (!letter && (i == 0 || c != '.' && c != '-')) {
                throw new ValueReader.Unexpected(expected);
            }
        }
        return name;
    }

    /** One word for another program's argv, where it must not be taken for an option. */
    static String argument(Written written) {
        String expected = "one word that does not begin with '-'";
        String text = scalar(written, expected);
        if (text.startsWith("-")
                || text.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
            throw new ValueReader.Unexpected(expected);
        }
        return text;
    }

    /** The file name of a program. */
    static String program(Written written) {
        String program = argument(written);
        if (program.indexOf('/') >= 0) {
            throw new ValueReader.Unexpected("the name of a program, without its directory");
        }
        return program;
    }

    static Duration duration(Written written) {
        String text = scalar(written, "a duration such as 30s or 1h30m");
        return Durations.parse(text);
    }

    /** As in YAML 1.2, and {@code yes} and {@code no} as in SCICLUST and YAML 1.1. */
    static Boolean yesNo(Written written) {
        return switch (scalar(written, "true or false").toLowerCase(Locale.ROOT)) {
            case "true", "yes" -> true;
            case "false", "no" -> false;
            default -> throw new ValueReader.Unexpected("true or false");
        };
    }

    static Integer wholeNumber(Written written) {
        try {
            return Integer.valueOf(scalar(written, "a whole number"));
        } catch (NumberFormatException e) {
            throw new ValueReader.Unexpected("a whole number");
        }
    }

    /** A finite decimal number. */
    static Double number(Written written) {
        String text = scalar(written, "a number");
        // Not all that Java reads: "NaN", "Infinity", "0x1p3", "1d", " 1 ".
        if (text.chars().allMatch(c -> "0123456789.eE+-".indexOf(c) >= 0)) {
            try {
                double number = Double.parseDouble(text);
                if (Double.isFinite(number)) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new ValueReader.Unexpected("a number");
            }
        }
        throw new ValueReader.Unexpected("a number");
    }

    /** One of a few words, given with what each stands for. */
    static <T> ValueReader<T> oneOf(Map<String, T> words) {
        return written -> {
            String expected = "one of " + String.join(", ", words.keySet());
            String text = scalar(written, expected);
            T value = words.get(text);
            if (value == null) {
                throw new ValueReader.Unexpected(expected, Suggestions.didYouMean(text, words.keySet()));
            }
            return value;
        };
    }

    /** The constants of an enum by their names in lower case. */
    static <T extends Enum<T>> ValueReader<T> oneOf(T[] constants) {
        Map<String, T> words = new LinkedHashMap<>();
        for (T constant : constants) {
            words.put(constant.name().toLowerCase(Locale.ROOT), constant);
        }
        return oneOf(words);
    }

    /** A file of this machine: from the root, or from the home directory after {@code ~/}. */
    static ValueReader<Path> path(Path home) {
        return written -> {
            String expected = "a path that begins with '/' or '~/'";
            String text = scalar(written, expected);
            if (text.equals("~")) {
                return home;
            }
            if (text.startsWith("~/")) {
                return home.resolve(text.substring(2));
            }
            if (!text.startsWith("/")) {
                throw new ValueReader.Unexpected(expected);
            }
            return Path.of(text);
        };
    }

    static List<HostName> hostSet(Written written) {
        List<HostName> names = HostSet.parse(
                written.text().orElseThrow(() -> new ValueReader.Unexpected("a node set such as \"l[01-36],big1\"")));
        if (names.isEmpty()) {
            throw new ValueReader.Unexpected("a node set that stands for at least one host");
        }
        return names;
    }

    /** One element of an argv: anything goes, but what is empty must be meant to be. */
    static String word(Written written) {
        if (written.isBlank()) {
            throw new ValueReader.Unexpected("text, with \"\" for empty text");
        }
        return written.text()
                .orElseThrow(
                        () -> new ValueReader.Unexpected("text, in quotes where it begins with a bracket or brace"));
    }

    /** One element of an argv, with placeholders. */
    static String template(Written written) {
        Template.check(word(written));
        return word(written);
    }
}
