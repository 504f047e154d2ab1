package io.jenkins.plugins.loadshare.page;

import hudson.ExtensionList;
import io.jenkins.plugins.loadshare.security.LoadsharePermissions;
import io.jenkins.plugins.loadshare.settings.ConnectionTest;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.host.Host;
import io.loadshare.host.HostName;
import io.loadshare.transport.HostKey;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** The page of a host: its load, its jobs and the requests that wait for it over a day and a week, and a test of the connection. */
public final class HostPage {

    private final HostRow host;
    private final HistoryKeeper histories;
    private ConnectionTest.Result result; // null without a test

    HostPage(HostRow host, HistoryKeeper histories) {
        this.host = host;
        this.histories = histories;
    }

    public boolean isMayScan() {
        return Jenkins.get().hasPermission(LoadsharePermissions.SCAN);
    }

    /** Logs in to the host, measures it, and shows the page with the result. Changes nothing. */
    @RequirePOST
    public HttpResponse doTest() {
        Jenkins.get().checkPermission(LoadsharePermissions.SCAN);
        result = test().run(known());
        return HttpResponses.forwardToView(this, "index");
    }

    /** Trusts the key that the test has shown, tests the connection again, and shows the page with the result. */
    @RequirePOST
    public HttpResponse doAccept(@QueryParameter(required = true) String fingerprint) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        result = test().accept(known(), fingerprint);
        return HttpResponses.forwardToView(this, "index");
    }

    private static ConnectionTest test() {
        return ExtensionList.lookupFirst(ConnectionTest.class);
    }

    private Host known() {
        HostName name = new HostName(host.getHost());
        return Settings.current().core().inventory().find(name).orElseThrow();
    }

    /** Returns the key of the host that the user may accept; null if there is none. */
    public HostKey getNewKey() {
        return result != null && Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                ? result.newKey().orElse(null)
                : null;
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
