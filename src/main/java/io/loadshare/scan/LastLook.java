package io.loadshare.scan;

import io.loadshare.host.Host;
import io.loadshare.probe.HostResult;

/** Measures one host again, just before a job starts there. Any thread may call. */
@FunctionalInterface
public interface LastLook {

    HostResult at(Host host) throws InterruptedException;
}
