package io.loadshare.transport;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;

/** A host could not be reached or the connection was lost. */
public final class TransportException extends LoadshareException {

    /** What kept us from the host. */
    public enum Reason {
        /** Its name stands for no address. */
        UNRESOLVED(Kind.UNAVAILABLE),
        /** Nothing listens there, or no route exists. */
        NO_CONNECTION(Kind.UNAVAILABLE),
        /** It did not answer in time. */
        TIMED_OUT(Kind.UNAVAILABLE),
        /** It answered what SSH does not expect, or too much. */
        PROTOCOL(Kind.UNAVAILABLE),
        /** Its host key is unknown, changed, revoked, or signed by an authority we do not check. */
        HOST_KEY(Kind.REFUSED),
        /** It lets us in by none of our means, or the login shell there does not run our commands. */
        LOGIN(Kind.REFUSED),
        /** It does not forward the display that the command needs. */
        NO_DISPLAY(Kind.REFUSED),
        /** The connection broke. */
        LOST(Kind.LOST),
        /** The SSH configuration says something about it that cannot be followed. */
        CONFIGURATION(Kind.CONFIGURATION);

        private final Kind kind;

        Reason(Kind kind) {
            this.kind = kind;
        }
    }

    private final Reason reason;

    public TransportException(Reason reason, String message, Throwable cause) {
        super(reason.kind, message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public static TransportException lost(Host host, Throwable cause) {
        return new TransportException(
                Reason.LOST, "connection to " + host.name() + " was lost: " + cause.getMessage(), cause);
    }

    /** The connection broke while certainly nothing was started. */
    public static TransportException lostBeforeStart(Host host, Throwable cause) {
        return new TransportException(
                Reason.NO_CONNECTION,
                "connection to " + host.name() + " was lost before the command was sent: " + cause.getMessage(),
                cause);
    }

    /** @param what it should have done, such as "end the command" */
    public static TransportException timedOut(Host host, String what, Deadline deadline) {
        return new TransportException(
                Reason.TIMED_OUT, host.name() + " did not " + what + " within " + deadline.words(), null);
    }

    public static TransportException tooMuch(Host host, int limit, String stream) {
        return new TransportException(
                Reason.PROTOCOL,
                "the command on " + host.name() + " printed more than the " + limit + " bytes allowed on " + stream,
                null);
    }

    /** The waiting thread was told to stop; its interrupt status is set again. */
    public static TransportException interrupted(Host host) {
        Thread.currentThread().interrupt();
        return new TransportException(Reason.LOST, "interrupted while waiting for " + host.name(), null);
    }
}
