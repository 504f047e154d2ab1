package io.loadshare.host;

/** A word that says what a host offers ({@code highmemory}); a request may ask for it. */
public record Tag(String value) {

    public Tag {
        if (value == null || !HostName.isWord(value)) {
            throw new IllegalArgumentException(
                    "tag must be letters, digits, '.', '-' or '_' and not begin with '.' or '-', was '" + value + "'");
        }
    }

    // Written out for the reason given in HostName.

    @Override
    public boolean equals(Object other) {
        return other instanceof Tag tag && value.equals(tag.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
