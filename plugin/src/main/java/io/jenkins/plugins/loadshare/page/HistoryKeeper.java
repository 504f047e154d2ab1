package io.jenkins.plugins.loadshare.page;

import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.loadshare.nodes.MachinesListener;
import io.jenkins.plugins.loadshare.service.BoardListener;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.load.LoadBoard;
import io.loadshare.store.StateDirectory;
import java.time.Instant;
import java.util.logging.Logger;

/**
 * Records the load of the hosts and of the machines of nodes after each measurement, in the file {@code history} of the
 * state directory.
 */
@Extension
public final class HistoryKeeper implements BoardListener, MachinesListener {

    private static final Logger LOGGER = Logger.getLogger(HistoryKeeper.class.getName());

    private LoadHistory history;

    static HistoryKeeper get() {
        return ExtensionList.lookupSingleton(HistoryKeeper.class);
    }

    @Override
    public void measured(LoadBoard board) {
        history().note(board, Instant.now());
    }

    synchronized LoadHistory history() {
        if (history == null) {
            StateDirectory state = JenkinsState.get().directory();
            state.prepare();
            history = new LoadHistory(state.path().resolve("history"), LOGGER::warning);
        }
        return history;
    }
}
