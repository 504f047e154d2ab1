package io.loadshare.transport.jsch;

/** A connection that the server closed before its key exchange, as sshd does when too many clients log in at once. */
final class TooManyStartupsException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message the server's message; empty if it sent none */
    TooManyStartupsException(String message) {
        super(message);
    }
}
