package io.loadshare.cli;

/** Whoever read this program's output has closed it, as {@code head} does: the program ends quietly. */
final class OutputClosedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** That of a program killed by SIGPIPE. */
    static final int EXIT_STATUS = 128 + 13;

    OutputClosedException(Throwable cause) {
        super("nobody reads the output any more", cause);
    }
}
