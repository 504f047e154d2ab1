package io.loadshare.transport.openssh;

/** A line of an SSH configuration that is not followed here. The message names the file, the line and the text. */
final class UnsupportedDirective extends Exception {

    private static final long serialVersionUID = 1L;

    UnsupportedDirective(String message) {
        super(message);
    }
}
