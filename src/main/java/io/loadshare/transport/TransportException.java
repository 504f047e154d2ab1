package io.loadshare.transport;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;

/** A failure to reach a host or to keep the connection to it. */
public final class TransportException extends LoadshareException {

    /** The kind of failure. */
    public enum Reason {
        /** The host's name has no address. */
        UNRESOLVED(Kind.UNAVAILABLE),
        /** The host refuses the connection, or no route to it exists. */
        NO_CONNECTION(Kind.UNAVAILABLE),
        /** The host did not answer in time. */
        TIMED_OUT(Kind.UNAVAILABLE),
        /** The host sent something that SSH does not expect, or too much data. */
        PROTOCOL(Kind.UNAVAILABLE),
        /** The host key is unknown, changed, revoked, or signed by an authority that loadshare does not check. */
        HOST_KEY(Kind.REFUSED),
        /** The host accepts none of our login methods, or its login shell does not run our commands. */
        LOGIN(Kind.REFUSED),
        /** The host does not forward the display that the command requires. */
        NO_DISPLAY(Kind.REFUSED),
        /** The connection broke. */
        LOST(Kind.LOST),
        /** The SSH configuration of the host contains a setting that loadshare does not support. */
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

    /** Creates the failure of a connection that broke when certainly nothing had been started. */
    public static TransportException lostBeforeStart(Host host, Throwable cause) {
        return new TransportException(
                Reason.NO_CONNECTION,
                "connection to " + host.name() + " was lost before the command was sent: " + cause.getMessage(),
                cause);
    }

    /** @param what the expected action of the host, such as "end the command" */
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

    /** Creates the failure of an interrupted wait, and sets the thread's interrupt status again. */
    public static TransportException interrupted(Host host) {
        Thread.currentThread().interrupt();
        return new TransportException(Reason.LOST, "interrupted while waiting for " + host.name(), null);
    }
}
