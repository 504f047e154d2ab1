package io.jenkins.plugins.loadshare.settings;

import hudson.Util;
import io.loadshare.Durations;
import io.loadshare.Numbers;
import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import io.loadshare.host.HostSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Converts texts from forms and YAML to typed values. Blank text and {@code none} mean the default.
 *
 * <p>Numbers stay text until here, because the binding of forms and YAML silently turns an invalid number into 0 or
 * nothing.
 */
final class SettingValues {

    private SettingValues() {}

    /** Builds a record. A message about an invalid value begins with its position. */
    static <T> T in(String place, Supplier<T> record) {
        try {
            return record.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + e.getMessage(), e);
        }
    }

    /** Returns the trimmed text; empty for blank text or {@code none}. */
    static Optional<String> optional(String text) {
        return Optional.ofNullable(Util.fixEmptyAndTrim(text)).filter(trimmed -> !trimmed.equals("none"));
    }

    /** Returns names that are separated by blanks or commas. */
    static List<String> names(String text) {
        return List.of(Util.tokenize(Util.fixNull(text), " ,"));
    }

    static String required(String key, String text) {
        return optional(text).orElseThrow(() -> new IllegalArgumentException(key + " is missing"));
    }

    static Duration duration(String key, String text, Duration fallback) {
        return optional(text)
                .map(value -> in(key + ": ", () -> Durations.parse(value)))
                .orElse(fallback);
    }

    static Integer wholeNumber(String key, String text, Integer fallback) {
        return optional(text)
                .map(value -> require(key, "a whole number", value, Numbers.parseWhole(value)))
                .orElse(fallback);
    }

    static Double number(String key, String text, Double fallback) {
        return optional(text)
                .map(value -> require(key, "a number", value, Numbers.parse(value)))
                .orElse(fallback);
    }

    private static <T> T require(String key, String expected, String text, T value) {
        if (value == null) {
            throw new IllegalArgumentException(key + " must be " + expected + ", was " + Quoted.of(text));
        }
        return value;
    }

    /** Returns the constant of that name, in lower or upper case. */
    static <T extends Enum<T>> T word(String key, String text, Class<T> type, T fallback) {
        String word = optional(text).orElse(null);
        if (word == null) {
            return fallback;
        }
        for (T constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(word)) {
                return constant;
            }
        }
        String known = String.join(", ", names(type));
        throw new IllegalArgumentException(key + " must be one of " + known + ", was " + Quoted.of(word));
    }

    /** Returns the words that {@link #word} accepts. */
    static <T extends Enum<T>> List<String> names(Class<T> type) {
        List<String> names = new ArrayList<>();
        for (T constant : type.getEnumConstants()) {
            names.add(constant.name().toLowerCase(java.util.Locale.ROOT));
        }
        return names;
    }

    /** Returns the hosts of a node set, at least one. */
    static List<HostName> hosts(String key, String text) {
        List<HostName> names = in(key + ": ", () -> HostSet.parse(required("node set", text)));
        if (names.isEmpty()) {
            throw new IllegalArgumentException(key + ": node set " + Quoted.of(text) + " contains no host");
        }
        return names;
    }

    /**
     * Returns the words of a list. A form sends one text with one word per line; YAML sends a list. The result is of a
     * class that is stored in XML without its class name.
     *
     * @throws IllegalArgumentException if one of several words contains a line break, which the form could not show
     */
    static List<String> words(List<String> list) {
        if (list == null) {
            return new ArrayList<>();
        }
        if (list.size() > 1) {
            list.forEach(SettingValues::requireOneLine);
        }
        return list.stream()
                .flatMap(String::lines)
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static void requireOneLine(String word) {
        if (word.lines().count() > 1) {
            throw new IllegalArgumentException("a word of a list must be one line, but was " + Quoted.of(word));
        }
    }
}
