package io.jenkins.plugins.loadshare.page;

import hudson.Extension;
import hudson.model.View;
import hudson.widgets.Widget;
import io.jenkins.plugins.loadshare.security.LoadsharePermissions;
import io.jenkins.plugins.loadshare.service.LoadshareService;
import java.util.Collection;
import java.util.List;
import jenkins.model.Jenkins;
import jenkins.widgets.WidgetFactory;

/** The box in the side panel of the front page, for users who may see the Loadshare page. */
public final class LoadshareWidget extends Widget {

    private final View view;
    private final HostSummary summary;

    LoadshareWidget(View view, HostSummary summary) {
        this.view = view;
        this.summary = summary;
    }

    @Override
    protected String getOwnerUrl() {
        return view.getUrl();
    }

    @Override
    public String getUrlName() {
        return "loadshare";
    }

    public String getSummary() {
        return summary.words();
    }

    /** Adds the box to views. */
    @Extension
    public static final class Factory extends WidgetFactory<View, LoadshareWidget> {

        @Override
        public Class<View> type() {
            return View.class;
        }

        @Override
        public Class<LoadshareWidget> widgetType() {
            return LoadshareWidget.class;
        }

        @Override
        public Collection<LoadshareWidget> createFor(View view) {
            if (!Jenkins.get().hasPermission(LoadsharePermissions.VIEW)) {
                return List.of();
            }
            HostSummary summary = HostSummary.of(LoadshareService.get());
            return summary.hosts() == 0 ? List.of() : List.of(new LoadshareWidget(view, summary));
        }
    }
}
