package io.jenkins.plugins.loadshare.page;

import io.jenkins.plugins.loadshare.settings.ConnectionTest;
import java.util.List;
import java.util.function.Supplier;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** The page of a host: its load, its jobs and the requests that wait for it over a day and a week, and a test of the connection. */
public final class HostPage {

    private final HostRow host;
    private final HistoryKeeper histories;
    private final boolean mayScan;
    private final Supplier<ConnectionTest.Result> test;
    private ConnectionTest.Result result; // null without a test

    /** @param test tests the connection, if the user may do that */
    HostPage(HostRow host, HistoryKeeper histories, boolean mayScan, Supplier<ConnectionTest.Result> test) {
        this.host = host;
        this.histories = histories;
        this.mayScan = mayScan;
        this.test = test;
    }

    public boolean isMayScan() {
        return mayScan;
    }

    /** Logs in to the host, measures it, and shows the page with the result. Changes nothing. */
    @RequirePOST
    public HttpResponse doTest() {
        result = test.get();
        return HttpResponses.forwardToView(this, "index");
    }

    /** Returns what the test of the connection has found; null without a test. */
    public ConnectionTest.Result getResult() {
        return result;
    }

    public HostRow getHost() {
        return host;
    }

    public List<LoadGraph> getGraphs() {
        return LoadGraph.all(histories, host.getHost(), host.getCores() == null ? 0 : host.getCores());
    }
}
