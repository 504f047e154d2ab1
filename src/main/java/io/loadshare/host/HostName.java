package io.loadshare.host;

import java.util.regex.Pattern;

/** The name of a host as the configuration gives it: letters, digits, dot, dash and underscore, 1 to 253 of them. */
public record HostName(String value) implements Comparable<HostName> {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,252}");

    public HostName {
        if (value == null || !ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "host name must be 1 to 253 letters, digits, '.', '-' or '_' and not begin"
                            + " with '.' or '-', was '" + value + "'");
        }
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
