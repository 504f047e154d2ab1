package io.loadshare;

import java.util.Objects;

/**
 * What went wrong, in words for the person who must act: what failed, where, with which value, and what to do.
 *
 * <p>The {@link Kind} decides the exit status of the command line; a message is never empty.
 */
public class LoadshareException extends RuntimeException {

    /** The class of a failure, by what a caller can do about it; the numbers follow {@code sysexits.h}. */
    public enum Kind {
        /** The command line cannot be understood. */
        USAGE(64),
        /** Input data is damaged or of a foreign format. */
        DATA(65),
        /** A named job or directory does not exist. */
        NO_INPUT(66),
        /** No host can take the job, or the host cannot be reached. */
        UNAVAILABLE(69),
        /** A fault of loadshare itself. */
        SOFTWARE(70),
        /** State cannot be read or written. */
        STATE(74),
        /** A limit (of a license, or of the ledger's lock) is reached. */
        LIMIT(75),
        /** The connection was lost and the job's fate is unknown. */
        LOST(76),
        /** A host key, a login or a permission was refused. */
        REFUSED(77),
        /** The configuration is wrong. */
        CONFIGURATION(78);

        private final int exitStatus;

        Kind(int exitStatus) {
            this.exitStatus = exitStatus;
        }

        /** The exit status of a program that ends with this failure. */
        public int exitStatus() {
            return exitStatus;
        }
    }

    private final Kind kind;

    public LoadshareException(Kind kind, String message) {
        this(kind, message, null);
    }

    public LoadshareException(Kind kind, String message, Throwable cause) {
        super(requireText(message), cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    public Kind kind() {
        return kind;
    }

    private static String requireText(String message) {
        if (message == null || message.isBlank()) {
            throw new IllegalArgumentException("a failure needs a message");
        }
        return message;
    }
}
