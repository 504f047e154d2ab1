package io.jenkins.plugins.loadshare.page;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Api;
import hudson.model.RootAction;
import io.jenkins.plugins.loadshare.nodes.NodeScans;
import io.jenkins.plugins.loadshare.security.LoadsharePermissions;
import io.jenkins.plugins.loadshare.service.BuildJob;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import io.jenkins.plugins.loadshare.settings.ConnectionTest;
import io.jenkins.plugins.loadshare.settings.Settings;
import io.loadshare.LoadshareException;
import io.loadshare.MetricsText;
import io.loadshare.Quoted;
import io.loadshare.host.HostName;
import java.io.IOException;
import jenkins.model.Jenkins;
import jenkins.security.stapler.StaplerDispatchable;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.interceptor.RequirePOST;
import org.kohsuke.stapler.verb.GET;

/**
 * The page {@code /loadshare/}: hosts, licenses, jobs and placements, for users with {@link LoadsharePermissions#VIEW}.
 */
@Extension
public final class LoadsharePage implements RootAction, StaplerProxy {

    private final PendingAborts endings = new PendingAborts();
    private final ServerFigures servers = new ServerFigures();
    private final ContentStamp stamp = new ContentStamp(this::now);

    @Override
    public String getIconFileName() {
        return Jenkins.get().hasPermission(LoadsharePermissions.VIEW)
                ? "symbol-speedometer-outline plugin-ionicons-api"
                : null;
    }

    @Override
    public String getDisplayName() {
        return Messages.LoadsharePage_displayName();
    }

    @Override
    public String getUrlName() {
        return "loadshare";
    }

    /** Admits only users who may see the page, for every request to it. */
    @Override
    public Object getTarget() {
        Jenkins.get().checkPermission(LoadsharePermissions.VIEW);
        return this;
    }

    /** Returns the content; always the same object within one request. */
    public Overview getOverview() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        Overview overview = (Overview) request.getAttribute(Overview.class.getName());
        if (overview == null) {
            overview = now();
            request.setAttribute(Overview.class.getName(), overview);
        }
        return overview;
    }

    private Overview now() {
        return Overview.now(LoadshareService.get(), NodeScans.get(), HistoryKeeper.get(), endings, servers);
    }

    /** Answers the poll of an open page: with the stamp of the content, or 304 if the page has it. */
    @GET
    public void doChanges(StaplerRequest2 request, StaplerResponse2 response) throws IOException {
        String tag = '"' + stamp.current() + '"';
        response.setHeader("ETag", tag);
        response.setHeader("Cache-Control", "private, no-cache");
        if (tag.equals(request.getHeader("If-None-Match"))) {
            response.setStatus(304);
        } else {
            response.setContentType("application/json");
            response.getWriter().print("{\"stamp\":" + tag + "}");
        }
    }

    public Api getApi() {
        return new Api(getOverview());
    }

    /** Returns the content as metrics for Prometheus. */
    @GET
    public void doMetrics(StaplerResponse2 response) throws IOException {
        response.setContentType(MetricsText.TYPE);
        response.getWriter().print(PageMetrics.print(now()));
    }

    /** Returns the page of a host; null if the host is not configured. */
    @StaplerDispatchable
    public HostPage getHost(String name) {
        return getOverview().getHosts().stream()
                .filter(host -> host.getHost().equals(name))
                .findFirst()
                .flatMap(row -> Settings.current()
                        .core()
                        .inventory()
                        .find(new HostName(name))
                        .map(host -> new HostPage(
                                row,
                                host,
                                Settings.current().credentialsId(),
                                HistoryKeeper.get(),
                                ExtensionList.lookupFirst(ConnectionTest.class),
                                Jenkins.get())))
                .orElse(null);
    }

    /** Returns the page of a pool; null if the pool is not configured. */
    @StaplerDispatchable
    public PoolPage getPool(String name) {
        return getOverview().getPools().stream()
                .filter(pool -> pool.getPool().equals(name))
                .findFirst()
                .map(pool -> new PoolPage(pool, HistoryKeeper.get()))
                .orElse(null);
    }

    public boolean isMayScan() {
        return Jenkins.get().hasPermission(LoadsharePermissions.SCAN);
    }

    /** Starts measuring all hosts and nodes and returns to the page, which shows the progress. */
    @RequirePOST
    public HttpResponse doScan() {
        Jenkins.get().checkPermission(LoadsharePermissions.SCAN);
        try {
            LoadshareService.get().scanNow();
            NodeScans.get().scanSoon();
        } catch (LoadshareException e) {
            return HttpResponses.errorWithoutStack(503, e.getMessage());
        }
        return HttpResponses.redirectToDot();
    }

    /** Lifts the suspension of a host and goes back to the page. */
    @RequirePOST
    public HttpResponse doUnsuspend(@QueryParameter(required = true) String host) {
        Jenkins.get().checkPermission(LoadsharePermissions.SCAN);
        try {
            if (!LoadshareService.get().unsuspend(host)) {
                return HttpResponses.errorWithoutStack(404, Messages.LoadsharePage_notSuspended(Quoted.of(host)));
            }
        } catch (LoadshareException e) {
            return HttpResponses.errorWithoutStack(503, e.getMessage());
        }
        return HttpResponses.redirectTo(".#hosts");
    }

    public boolean isMayAbort() {
        return Jenkins.get().hasPermission(LoadsharePermissions.ABORT);
    }

    /** Aborts a job and returns to the page, which shows the progress. */
    @RequirePOST
    public HttpResponse doAbort(@QueryParameter(required = true) String job) {
        Jenkins.get().checkPermission(LoadsharePermissions.ABORT);
        LoadshareService service = LoadshareService.get();
        BuildJob found = service.jobs().find(job).orElse(null);
        if (found == null || found.ended()) {
            return HttpResponses.errorWithoutStack(404, Messages.LoadsharePage_noJob(Quoted.of(job)));
        }
        String by = Jenkins.getAuthentication2().getName();
        endings.add(job, service.jobActions().abort(found, by), service.clock().instant());
        return HttpResponses.redirectTo(".#jobs");
    }

    /**
     * Returns the output of an orphaned job as plain text, for users who may see its build. This contacts the host, so
     * it requires POST.
     */
    @RequirePOST
    public void doOutput(@QueryParameter(required = true) String job, StaplerResponse2 response) throws IOException {
        BuildJob found = LoadshareService.get()
                .jobs()
                .find(job)
                .filter(known -> BuildLink.visible(known.build()).isPresent())
                .orElseThrow(() -> HttpResponses.errorWithoutStack(404, Messages.LoadsharePage_noJob(Quoted.of(job))));
        response.setContentType("text/plain;charset=UTF-8");
        response.setHeader("X-Content-Type-Options", "nosniff");
        try {
            LoadshareService.get().jobActions().copyOutput(found, response.getOutputStream());
        } catch (LoadshareException e) {
            response.sendError(503, e.getMessage());
        }
    }
}
