package io.loadshare.host;

/** A word for what a host offers, such as {@code highmemory}, which a request may require. */
public record Tag(String value) {

    public Tag {
        if (value == null || !HostName.isWord(value)) {
            throw new IllegalArgumentException(
                    "tag must be letters, digits, '.', '-' or '_' and not begin with '.' or '-', was '" + value + "'");
        }
    }

    // Written out for the reason stated in HostName.

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
