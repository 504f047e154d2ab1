package io.jenkins.plugins.loadshare.page;

import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.loadshare.nodes.MachinesListener;
import io.jenkins.plugins.loadshare.service.BoardListener;
import io.jenkins.plugins.loadshare.state.JenkinsState;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import io.loadshare.store.StateDirectory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.logging.Logger;

/**
 * Records the load and the jobs of the hosts and of the machines of nodes after each measurement, in four files of the
 * state directory.
 */
@Extension
public final class HistoryKeeper implements BoardListener, MachinesListener {

    private static final Logger LOGGER = Logger.getLogger(HistoryKeeper.class.getName());

    private Map<Chart, LoadHistory> histories;

    /** What a chart on the page of a host shows. */
    enum Chart {
        LOAD_DAY("history", LoadHistory.Span.DAY, report -> report.loadAverage().load1()),
        LOAD_WEEK("history-week", LoadHistory.Span.WEEK, report -> report.loadAverage().load1()),
        JOBS_DAY("jobs-day", LoadHistory.Span.DAY, report -> report.jobs().size()),
        JOBS_WEEK("jobs-week", LoadHistory.Span.WEEK, report -> report.jobs().size());

        final LoadHistory.Span span;
        private final String file;
        private final ToDoubleFunction<LoadReport> figure;

        Chart(String file, LoadHistory.Span span, ToDoubleFunction<LoadReport> figure) {
            this.file = file;
            this.span = span;
            this.figure = figure;
        }
    }

    static HistoryKeeper get() {
        return ExtensionList.lookupSingleton(HistoryKeeper.class);
    }

    @Override
    public void measured(LoadBoard board) {
        Instant now = Instant.now();
        for (Chart chart : Chart.values()) {
            history(chart).note(board, now);
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
