package io.loadshare.scan;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadBoard;
import io.loadshare.probe.HostResult;
import java.util.List;

/** Where the load of hosts is known, and can be measured anew. Any thread may call. */
public interface LoadSource {

    /** What the last scan found, without network I/O; the same object as long as there is nothing new. */
    LoadBoard latest();

    /**
     * Measures hosts, unless that was done a moment ago, and gives what is then known of all. A host that does not answer
     * is no failure but a finding.
     */
    LoadBoard refresh(List<HostName> hosts);

    /** Measures one host, for the last look before a job starts there. */
    HostResult look(Host host) throws InterruptedException;
}
