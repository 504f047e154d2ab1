package io.loadshare.host;

import io.loadshare.Quoted;

/** The name of a host as the configuration gives it: letters, digits, dot, dash and underscore, 1 to 253 of them. */
public record HostName(String value) implements Comparable<HostName> {

    private static final int LONGEST = 253;

    public HostName {
        if (value == null || value.length() > LONGEST || !isWord(value)) {
            throw new IllegalArgumentException(
                    "host name must be 1 to 253 letters, digits, '.', '-' or '_' and not begin"
                            + " with '.' or '-', was '" + value + "'");
        }
    }

    /** Whether text is one or more ASCII letters, digits, {@code . - _}, and begins with none of {@code . -}. */
    public static boolean isWord(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
            if (!letter && (i == 0 || c != '.' && c != '-')) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /**
     * Checks a name that stands in messages, on command lines and in files of records.
     *
     * @param what whose name it is
     * @throws IllegalArgumentException if it is no word
     */
    public static void requireWord(String what, String name) {
        if (!isWord(name)) {
            throw new IllegalArgumentException(
                    what + " must be letters, digits, '.', '-' or '_' and not begin with '.' or '-', was "
                            + Quoted.of(name));
        }
    }

    /** Whether text is one word that another program's argv may hold without its being taken for an option. */
    public static boolean isArgument(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(i)) || Character.isISOControl(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty() && !text.startsWith("-");
    }

    /** Written out, as is {@link #hashCode}: a record's own are linked at run time, which every start would pay for. */
    @Override
    public boolean equals(Object other) {
        return other instanceof HostName name && value.equals(name.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public int compareTo(HostName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
