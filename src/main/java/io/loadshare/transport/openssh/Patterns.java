package io.loadshare.transport.openssh;

import java.util.Locale;
import java.util.regex.Pattern;

/** OpenSSH's patterns: {@code *} stands for any characters, {@code ?} for one, a leading {@code !} excludes. */
final class Patterns {

    private Patterns() {}

    /** Whether {@code name} matches one of the comma-separated patterns and none that excludes, ignoring case. */
    static boolean listMatches(String list, String name) {
        boolean matched = false;
        for (String pattern : list.toLowerCase(Locale.ROOT).split(",")) {
            boolean excludes = pattern.startsWith("!");
            if (matches(excludes ? pattern.substring(1) : pattern, name)) {
                if (excludes) {
                    return false;
                }
                matched = true;
            }
        }
        return matched;
    }

    static boolean matches(String pattern, String name) {
        return isWild(pattern) ? regex(pattern).matcher(name).matches() : pattern.equals(name);
    }

    static boolean isWild(String pattern) {
        return pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
    }

    /** As a regular expression in which runs of {@code *} are one, so that none takes exponential time. */
    private static Pattern regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (String part : pattern.replaceAll("\\*+", "*").split("(?<=[*?])|(?=[*?])")) {
            regex.append(
                    switch (part) {
                        case "*" -> ".*";
                        case "?" -> ".";
                        default -> Pattern.quote(part);
                    });
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }
}
