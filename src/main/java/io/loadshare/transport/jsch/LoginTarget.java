package io.loadshare.transport.jsch;

import io.loadshare.transport.Deadline;
import io.loadshare.transport.SshAddress;
import io.loadshare.transport.TransportException;
import io.loadshare.transport.TransportException.Reason;
import io.loadshare.transport.openssh.HostSettings;

/**
 * An SSH server to log in to: the host itself or a jump host on the way.
 *
 * @param name the name of the server in messages
 */
record LoginTarget(String name, HostSettings settings) {

    SshAddress address() {
        return settings.address();
    }

    /** Returns the name and the address. */
    @Override
    public String toString() {
        String place = name.equals(address().host())
                ? "port " + address().port()
                : address().toString();
        return name + " (" + place + ")";
    }

    TransportException failure(Reason reason, String words, Throwable cause) {
        return new TransportException(reason, this + " " + words, cause);
    }

    TransportException timedOut(String what, Deadline deadline) {
        return failure(Reason.TIMED_OUT, "did not " + what + " within " + deadline.words(), null);
    }
}
