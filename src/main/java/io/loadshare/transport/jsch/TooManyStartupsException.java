package io.loadshare.transport.jsch;

/** A server closed a connection before its key exchange, as sshd does when too many log in at once. */
final class TooManyStartupsException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message what it said; empty if it said nothing */
    TooManyStartupsException(String message) {
        super(message);
    }
}
