package io.loadshare.scan;

import io.loadshare.host.HostName;
import io.loadshare.load.LoadBoard;
import java.util.List;

/** Provides the load of hosts and measures it again on request. Any thread may call. */
public interface LoadSource {

    /** Returns the result of the last scan, without network I/O; the same object while there is nothing new. */
    LoadBoard latest();

    /**
     * Measures hosts, unless that was done a moment ago, and returns the load of all hosts. A host that does not answer
     * is part of the result, not an error.
     */
    LoadBoard refresh(List<HostName> hosts);
}
