package io.loadshare.transport.openssh;

/** A line of an SSH configuration that is not followed here. The message names the file, the line and the text. */
final class UnsupportedDirectiveException extends Exception {

    private static final long serialVersionUID = 1L;

    UnsupportedDirectiveException(String message) {
        super(message);
    }
}
