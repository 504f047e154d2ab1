package io.jenkins.plugins.loadshare.page;

<<<<<<< HEAD
import hudson.ExtensionList;
import io.jenkins.plugins.loadshare.security.LoadsharePermissions;
import io.jenkins.plugins.loadshare.settings.ConnectionTest;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.host.Host;
=======
import hudson.util.FormValidation;
>>>>>>> main
import io.loadshare.host.HostName;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** The page of a host: its load and its jobs over a day and a week, and a test of the connection. */
public final class HostPage {

    private final HostRow host;
    private final HistoryKeeper histories;
<<<<<<< HEAD
    private ConnectionTest.Result result; // null without a test
=======
    private final boolean mayScan;
    private final Supplier<FormValidation> test;
    private FormValidation tested; // null without a test
>>>>>>> main

    /** @param test tests the connection, if the user may do that */
    HostPage(HostRow host, HistoryKeeper histories, boolean mayScan, Supplier<FormValidation> test) {
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
<<<<<<< HEAD
        Jenkins.get().checkPermission(LoadsharePermissions.SCAN);
        Host known = Settings.current()
                .core()
                .inventory()
                .find(new HostName(host.getHost()))
                .orElseThrow();
        result = ExtensionList.lookupFirst(ConnectionTest.class).run(known);
=======
        tested = test.get();
>>>>>>> main
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
        Instant now = Instant.now();
        HostName name = new HostName(host.getHost());
        double cores = host.getCores() == null ? 0 : host.getCores();
        return Arrays.stream(HistoryKeeper.Chart.values())
                .map(chart -> new LoadGraph(chart, histories.history(chart).last(name, now), cores))
                .toList();
    }
}
