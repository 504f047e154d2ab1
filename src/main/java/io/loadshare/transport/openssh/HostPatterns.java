package io.loadshare.transport.openssh;

import java.util.Locale;

/** OpenSSH's patterns: {@code *} matches any characters, {@code ?} matches one, a leading {@code !} excludes. */
final class HostPatterns {

    private HostPatterns() {}

    /** Returns whether a name, or each of several names, contains no pattern. */
    static boolean isPlain(String names) {
        return names.chars().noneMatch(c -> c == '*' || c == '?' || c == '!');
    }

    /**
     * Returns whether {@code name} matches one of the comma-separated patterns and no excluding pattern, ignoring case.
     */
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

    /**
     * Matches one pattern. It returns only to the last {@code *}, so that no pattern takes longer than its length times
     * the name's.
     */
    static boolean matches(String pattern, String name) {
        int at = 0;
        int star = -1;
        int taken = 0;
        for (int i = 0; i < name.length(); ) {
            char wanted = at < pattern.length() ? pattern.charAt(at) : 0;
            if (wanted == '*') {
                star = at++;
                taken = i;
            } else if (wanted == '?' || (wanted == name.charAt(i) && at < pattern.length())) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++taken;
            } else {
                return false;
            }
        }
        return pattern.substring(at).chars().allMatch(left -> left == '*');
    }
}
