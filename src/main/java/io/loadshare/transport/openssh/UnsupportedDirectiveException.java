package io.loadshare.transport.openssh;

/**
 * A line of an SSH configuration that loadshare does not support. The message names the file, the line and the text.
 */
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

    /** Returns the directive's name in lower case; empty if it has none. */
    String keyword() {
        return keyword;
    }
}
