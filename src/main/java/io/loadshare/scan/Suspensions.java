package io.loadshare.scan;

import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus.Suspension;
import java.util.Map;

/** Stores the suspensions of hosts. Any thread may call. */
public interface Suspensions {

    /** Stores nothing. */
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

    /** Returns the suspended hosts, including those whose suspension has expired. */
    Map<HostName, Suspension> suspensions();

    /**
     * Suspends a host until a time.
     *
     * @throws io.loadshare.LoadshareException if the suspension cannot be written
     */
    void suspend(HostName host, Suspension suspension);

    /**
     * Removes a suspension.
     *
     * @return whether there was one
     */
    boolean unsuspend(HostName host);
}
