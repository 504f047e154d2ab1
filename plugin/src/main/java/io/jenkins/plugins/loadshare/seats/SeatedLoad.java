package io.jenkins.plugins.loadshare.seats;

import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.load.LoadBoard;
import io.loadshare.probe.HostResult;
import io.loadshare.scan.LoadSource;
import java.util.List;
import java.util.function.UnaryOperator;

/** The load of hosts including the builds on nodes that hold seats; see {@link SeatAllocator#showing}. */
public final class SeatedLoad implements LoadSource {

    private final LoadSource hosts;
    private final UnaryOperator<LoadBoard> showing;

    /**
     * @param hosts as they were measured
     * @param showing adds the builds that hold seats to a board
     */
    public SeatedLoad(LoadSource hosts, UnaryOperator<LoadBoard> showing) {
        this.hosts = hosts;
        this.showing = showing;
    }

    @Override
    public LoadBoard latest() {
        return showing.apply(hosts.latest());
    }

    @Override
    public LoadBoard refresh(List<HostName> names) {
        return showing.apply(hosts.refresh(names));
    }

    @Override
    public HostResult look(Host host) throws InterruptedException {
        return hosts.look(host);
    }
}
