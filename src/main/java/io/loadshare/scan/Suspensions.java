package io.loadshare.scan;

import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus.Suspension;
import java.util.Map;

/** Where suspensions of hosts are kept. Any thread may call. */
public interface Suspensions {

    /** Keeps nothing. */
    Suspensions NONE = new Suspensions() {
        @Override
        public Map<HostName, Suspension> suspensions() {
            return Map.of();
        }

        @Override
        public void suspend(HostName host, Suspension suspension) {}

        @Override
        public boolean unsuspend(HostName host) {
            return false;
        }
    };

    /** Hosts that are kept out for a while, also those for which the while is over. */
    Map<HostName, Suspension> suspensions();

    /**
     * Keeps a host out until a moment.
     *
     * @throws io.loadshare.LoadshareException if that cannot be written
     */
    void suspend(HostName host, Suspension suspension);

    /**
     * Ends a suspension, and forgets why it was.
     *
     * @return whether there was one
     */
    boolean unsuspend(HostName host);
}
