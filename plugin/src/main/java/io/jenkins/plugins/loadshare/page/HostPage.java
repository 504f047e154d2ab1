package io.jenkins.plugins.loadshare.page;

import hudson.security.AccessControlled;
import io.jenkins.plugins.loadshare.security.LoadsharePermissions;
import io.jenkins.plugins.loadshare.settings.ConnectionTest;
import io.loadshare.host.Host;
import io.loadshare.transport.HostKey;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * The page of a host: its load, its jobs and the requests that wait for it over a day and a week, and a test of the
 * connection.
 */
public final class HostPage {

    private final HostRow row;
    private final Host host;
    private final Optional<String> credentialsId;
    private final HistoryKeeper histories;
    private final ConnectionTest test;
    private final AccessControlled jenkins;
    private ConnectionTest.Result result; // null without a test

    /**
     * @param credentialsId those of scans
     * @param jenkins decides what the user may do
     */
    HostPage(
            HostRow row,
            Host host,
            Optional<String> credentialsId,
            HistoryKeeper histories,
            ConnectionTest test,
            AccessControlled jenkins) {
        this.row = row;
        this.host = host;
        this.credentialsId = credentialsId;
        this.histories = histories;
        this.test = test;
        this.jenkins = jenkins;
    }

    public boolean isMayScan() {
        return jenkins.hasPermission(LoadsharePermissions.SCAN);
    }

    /** Logs in to the host, measures it, and shows the page with the result. Changes nothing. */
    @RequirePOST
    public HttpResponse doTest() {
        jenkins.checkPermission(LoadsharePermissions.SCAN);
        result = test.run(host, credentialsId);
        return HttpResponses.forwardToView(this, "index");
    }

    /** Trusts the key that the test has shown, tests the connection again, and shows the page with the result. */
    @RequirePOST
    public HttpResponse doAccept(@QueryParameter(required = true) String fingerprint) {
        jenkins.checkPermission(Jenkins.ADMINISTER);
        result = test.accept(host, credentialsId, fingerprint);
        return HttpResponses.forwardToView(this, "index");
    }

    /** Returns the key of the host that the user may accept; null if there is none. */
    public HostKey getNewKey() {
        return result != null && jenkins.hasPermission(Jenkins.ADMINISTER)
                ? result.newKey().orElse(null)
                : null;
    }

    /** Returns what the test of the connection has found; null without a test. */
    public ConnectionTest.Result getResult() {
        return result;
    }

    public HostRow getHost() {
        return row;
    }

    public List<LoadGraph> getGraphs() {
        return LoadGraph.all(histories, row.getHost(), row.getCores() == null ? 0 : row.getCores());
    }
}
