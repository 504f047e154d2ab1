package io.loadshare.config;

/** A problem or warning in a file: where, what, and what to do. */
public record Problem(Position position, String text) {

    @Override
    public String toString() {
        return position + ": " + text;
    }
}
