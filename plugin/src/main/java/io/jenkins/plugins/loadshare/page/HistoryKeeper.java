package io.jenkins.plugins.loadshare.page;

import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.loadshare.nodes.MachinesListener;
import io.jenkins.plugins.loadshare.service.BoardListener;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.LoadshareException;
import io.loadshare.dispatch.QueuedRequest;
import io.loadshare.ledger.Ticket;
import io.loadshare.load.LoadBoard;
import io.loadshare.store.StateDirectory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.logging.Logger;

/**
 * Records the load, the jobs and the waiting requests of the hosts, the pools, and the machines of nodes after each
 * measurement, in a file of the state directory for each chart.
 */
@Extension
public final class HistoryKeeper implements BoardListener, MachinesListener {

    private static final Logger LOGGER = Logger.getLogger(HistoryKeeper.class.getName());

    private Map<Chart, LoadHistory> histories;

    /** What a chart on the page of a host or pool shows. */
    enum Chart {
        LOAD_DAY("history", LoadHistory.Span.DAY, Reading::load),
        LOAD_WEEK("history-week", LoadHistory.Span.WEEK, Reading::load),
        JOBS_DAY("jobs-day", LoadHistory.Span.DAY, Reading::jobs),
        JOBS_WEEK("jobs-week", LoadHistory.Span.WEEK, Reading::jobs),
        WAITING_DAY("waiting-day", LoadHistory.Span.DAY, Reading::waiting),
        WAITING_WEEK("waiting-week", LoadHistory.Span.WEEK, Reading::waiting);

        final LoadHistory.Span span;
        private final String file;
        private final ToDoubleFunction<Reading> figure;

        Chart(String file, LoadHistory.Span span, ToDoubleFunction<Reading> figure) {
            this.file = file;
            this.span = span;
            this.figure = figure;
        }

        /** Returns whether it shows requests, which the number of cores does not limit. */
        boolean isOfWaiting() {
            return this == WAITING_DAY || this == WAITING_WEEK;
        }
    }

    static HistoryKeeper get() {
        return ExtensionList.lookupSingleton(HistoryKeeper.class);
    }

    @Override
    public void measured(LoadBoard board) {
        Instant now = Instant.now();
        List<Reading> readings = new ArrayList<>(
                Reading.ofLoad(board, Settings.current().core().scan().maxAge(), now));
        readings.addAll(queue(board, now));
        for (Chart chart : Chart.values()) {
            history(chart).note(readings, now);
        }
    }

    private static List<Reading> queue(LoadBoard board, Instant now) {
        try {
            List<Ticket> waiting = QueuedRequest.all(
                            LoadshareService.get().wiring().reservations(), now)
                    .stream()
                    .map(QueuedRequest::ticket)
                    .toList();
            return Reading.ofQueue(board, waiting, now);
        } catch (LoadshareException e) {
            LOGGER.warning(e.getMessage() + "; the charts of waiting requests will have a gap");
            return List.of();
        }
    }

    /** Returns the load of the last day. */
    LoadHistory history() {
        return history(Chart.LOAD_DAY);
    }

    synchronized LoadHistory history(Chart chart) {
        if (histories == null) {
            StateDirectory state = JenkinsState.get().directory();
            state.prepare();
            histories = new EnumMap<>(Chart.class);
            for (Chart each : Chart.values()) {
                Path file = state.path().resolve(each.file);
                histories.put(each, new LoadHistory(file, each.span, each.figure, LOGGER::warning));
            }
        }
        return histories.get(chart);
    }
}
