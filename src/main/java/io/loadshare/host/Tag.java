package io.loadshare.host;

import java.util.regex.Pattern;

/** A word that says what a host offers ({@code highmemory}); a request may ask for it. */
public record Tag(String value) {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

    public Tag {
        if (value == null || !ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "tag must be letters, digits, '.', '-' or '_' and not begin with '.' or '-', was '" + value + "'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
