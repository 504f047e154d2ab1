package io.loadshare.dispatch;

import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;

/**
 * Hosts that report their current state on request and keep their own reservations. Implementations are thread-safe.
 */
public interface LiveHosts {

    /** No hosts that support queries. */
    LiveHosts NONE = new LiveHosts() {
        @Override
        public LiveRound ask(PlacementRequest request, LoadBoard board) {
            return LiveRound.of(board);
        }

        @Override
        public void end(String jobId, boolean ran) {}
    };

    /**
     * Queries the hosts of a request that support queries.
     *
     * @param board the result of the last scan, which also shows which hosts support queries
     */
    LiveRound ask(PlacementRequest request, LoadBoard board);

    /**
     * Notifies the host of a job that the job has ended, if a round announced the job to that host.
     *
     * @param ran whether the job ran at all
     */
    void end(String jobId, boolean ran);
}
