package io.jenkins.plugins.loadshare.seats;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadBoard;
import io.loadshare.probe.HostResult;
import io.loadshare.scan.LoadSource;
import java.util.List;

/** The load of hosts including the builds on nodes that hold seats; see {@link SeatAllocator#showing}. */
public final class SeatedLoad implements LoadSource {

    private final LoadSource hosts;

    /** @param hosts as they were measured */
    public SeatedLoad(LoadSource hosts) {
        this.hosts = hosts;
    }

    @Override
    public LoadBoard latest() {
        return SeatAllocator.get().showing(hosts.latest());
    }

    @Override
    public LoadBoard refresh(List<HostName> names) {
        return SeatAllocator.get().showing(hosts.refresh(names));
    }

    @Override
    public HostResult look(Host host) throws InterruptedException {
        return hosts.look(host);
    }
}
