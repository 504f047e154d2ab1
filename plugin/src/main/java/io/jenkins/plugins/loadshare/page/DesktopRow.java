package io.jenkins.plugins.loadshare.page;

import io.loadshare.load.LoadReport;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A VNC desktop in the last load report of its host. Any user or program may have started it. */
@ExportedBean(defaultVisibility = 2)
public record DesktopRow(
        @Exported String user,
        @Exported String host,
        @Exported String display) {

    static DesktopRow of(LoadReport report, LoadReport.Desktop desktop) {
        return new DesktopRow(desktop.user(), report.host().value(), desktop.display());
    }

    /** Returns its name: {@code l03:1}. */
    public String getName() {
        return host + display;
    }

    String content() {
        return user + " " + getName();
    }
}
