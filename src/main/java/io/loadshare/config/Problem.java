package io.loadshare.config;

/** Something in a file that is wrong or worth knowing: where, what, and what to do. */
public record Problem(Position position, String text) {

    @Override
    public String toString() {
        return position + ": " + text;
    }
}
