package io.jenkins.plugins.loadshare.page;

import java.util.List;

/** The page of a pool: the load and the jobs of its hosts, and the requests that wait for it, over a day and a week. */
public final class PoolPage {

    private final PoolRow pool;
    private final HistoryKeeper histories;

    PoolPage(PoolRow pool, HistoryKeeper histories) {
        this.pool = pool;
        this.histories = histories;
    }

    public PoolRow getPool() {
        return pool;
    }

    public List<LoadGraph> getGraphs() {
        return LoadGraph.all(histories, Reading.ofPool(pool.getPool()), pool.getCores());
    }
}
