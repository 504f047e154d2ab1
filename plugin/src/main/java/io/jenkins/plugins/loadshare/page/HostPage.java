package io.jenkins.plugins.loadshare.page;

import io.loadshare.host.HostName;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** The page of a host: its load and its jobs over a day and a week. */
public final class HostPage {

    private final HostRow host;
    private final HistoryKeeper histories;

    HostPage(HostRow host, HistoryKeeper histories) {
        this.host = host;
        this.histories = histories;
    }

    public HostRow getHost() {
        return host;
    }

    public List<LoadGraph> getGraphs() {
        Instant now = Instant.now();
        HostName name = new HostName(host.getHost());
        double cores = host.getCores() == null ? 0 : host.getCores();
        return Arrays.stream(HistoryKeeper.Chart.values())
                .map(chart -> new LoadGraph(chart, histories.history(chart).last(name, now), cores))
                .toList();
    }
}
