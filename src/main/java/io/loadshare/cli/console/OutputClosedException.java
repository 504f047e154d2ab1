package io.loadshare.cli.console;

/**
 * The failure of a write because the reader of this program's output has closed it, as {@code head} does: the program
 * ends quietly.
 */
public final class OutputClosedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The exit status of a program killed by SIGPIPE. */
    public static final int EXIT_STATUS = 128 + 13;

    OutputClosedException(Throwable cause) {
        super("nobody reads the output any more", cause);
    }
}
