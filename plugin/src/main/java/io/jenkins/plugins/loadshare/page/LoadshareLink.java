package io.jenkins.plugins.loadshare.page;

import hudson.Extension;
import hudson.model.ManagementLink;
import hudson.security.Permission;
import io.jenkins.plugins.loadshare.security.LoadsharePermissions;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.verb.GET;

/** The entry in Manage Jenkins, with the status of the hosts. It leads to the Loadshare page. */
@Extension
public final class LoadshareLink extends ManagementLink {

    @Override
    public String getIconFileName() {
        return "symbol-speedometer-outline plugin-ionicons-api";
    }

    @Override
    public String getDisplayName() {
        return Messages.LoadsharePage_displayName();
    }

    @Override
    public String getDescription() {
        return HostSummary.of(LoadshareService.get()).words();
    }

    @Override
    public String getUrlName() {
        return "loadshare-hosts";
    }

    @Override
    public Category getCategory() {
        return Category.STATUS;
    }

    @Override
    public Permission getRequiredPermission() {
        return LoadsharePermissions.VIEW;
    }

    @GET
    public HttpResponse doIndex() {
        return HttpResponses.redirectViaContextPath("loadshare/");
    }
}
