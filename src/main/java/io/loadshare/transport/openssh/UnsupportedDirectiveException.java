package io.loadshare.transport.openssh;

/** A line of an SSH configuration that is not followed here. The message names the file, the line and the text. */
final class UnsupportedDirectiveException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String keyword;

    UnsupportedDirectiveException(String message) {
        this("", message);
    }

    UnsupportedDirectiveException(String keyword, String message) {
        super(message);
        this.keyword = keyword;
    }

    /** The directive's name in lower case; empty if it has none. */
    String keyword() {
        return keyword;
    }
}
