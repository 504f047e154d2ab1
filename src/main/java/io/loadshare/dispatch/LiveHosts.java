package io.loadshare.dispatch;

import io.loadshare.load.LoadBoard;
import io.loadshare.placement.PlacementRequest;

/** Hosts that can be asked how they are at this moment, and keep what is promised of them. Any thread may call. */
public interface LiveHosts {

    /** There are none. */
    LiveHosts NONE = new LiveHosts() {
        @Override
        public LiveRound ask(PlacementRequest request, LoadBoard board) {
            return LiveRound.of(board);
        }

        @Override
        public void end(String jobId, boolean ran) {}
    };

    /**
     * Asks those of a request's hosts that can be asked.
     *
     * @param board what the last scan found, which also says who can be asked
     */
    LiveRound ask(PlacementRequest request, LoadBoard board);

    /**
     * Tells a job's host that the job has ended, if a round told it of the job.
     *
     * @param ran whether it ran at all
     */
    void end(String jobId, boolean ran);
}
