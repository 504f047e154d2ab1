package io.loadshare.host;

import io.loadshare.InvalidSettingException;
import io.loadshare.Quoted;

/** The name of a host in the configuration: 1 to 253 letters, digits, dots, dashes and underscores. */
public record HostName(String value) implements Comparable<HostName> {

    private static final int LONGEST = 253;

    public HostName {
        if (value == null || value.length() > LONGEST || !isWord(value)) {
            throw new IllegalArgumentException(
                    "host name must be 1 to 253 letters, digits, '.', '-' or '_' and not begin"
                            + " with '.' or '-', was '" + value + "'");
        }
    }

    /**
     * Returns whether the text consists of ASCII letters, digits and {@code . - _}, and does not begin with {@code .}
     * or {@code -}.
     */
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
     * Checks a name that is used in messages, on command lines and in record files.
     *
     * @param what what the name belongs to, for the message
     * @throws IllegalArgumentException if the name has other characters
     */
    public static void requireWord(String what, String name) {
        if (!isWord(name)) {
            throw new InvalidSettingException(
                    "name",
                    what + " must be letters, digits, '.', '-' or '_' and not begin with '.' or '-'",
                    Quoted.of(name));
        }
    }

    /** Returns whether the text is one word that another program cannot mistake for an option. */
    public static boolean isArgument(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(i)) || Character.isISOControl(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty() && !text.startsWith("-");
    }

    /**
     * Written out, like {@link #hashCode}: the generated methods of a record are linked at run time, which slows every
     * start.
     */
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
