package io.loadshare;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A failure with a message for the person who must act: what failed, where, with which value, and what to do.
 *
 * <p>The {@link Kind} determines the exit status of the command line. The message is never empty.
 */
public class LoadshareException extends RuntimeException {

    /** The kind of a failure, by what a caller can do about it. The numbers follow {@code sysexits.h}. */
    public enum Kind {
        /** The command line is invalid. */
        USAGE(64),
        /** Input data is damaged or has an unknown format. */
        DATA(65),
        /** A named job or directory does not exist. */
        NO_INPUT(66),
        /** No host can run the job, or the host is unreachable. */
        UNAVAILABLE(69),
        /** An internal error of loadshare. */
        SOFTWARE(70),
        /** The state cannot be read or written. */
        STATE(74),
        /** A limit is reached: of a license, or of the wait for the ledger's lock. */
        LIMIT(75),
        /** The connection was lost and the outcome of the job is unknown. */
        LOST(76),
        /** A host key, a login or a permission was refused. */
        REFUSED(77),
        /** The configuration is invalid. */
        CONFIGURATION(78);

        private final int exitStatus;

        Kind(int exitStatus) {
            this.exitStatus = exitStatus;
        }

        /** Returns whether somebody must act before another try can succeed, so that waiting does not help. */
        public boolean isLasting() {
            return this == REFUSED || this == CONFIGURATION;
        }

        /**
         * Returns the kind of a failure on several hosts: their kind if it is a lasting one and the same on all of them,
         * otherwise UNAVAILABLE.
         */
        public static Kind ofAll(Stream<Kind> kinds) {
            Set<Kind> different = kinds.collect(Collectors.toSet());
            return different.size() == 1 && different.iterator().next().isLasting()
                    ? different.iterator().next()
                    : UNAVAILABLE;
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
