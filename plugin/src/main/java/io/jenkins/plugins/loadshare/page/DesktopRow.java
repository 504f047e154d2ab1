package io.jenkins.plugins.loadshare.page;

import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A VNC desktop in the last load report of its host. Any user or program may have started it. */
@ExportedBean(defaultVisibility = 2)
public final class DesktopRow {

    private final LoadReport report;
    private final LoadReport.Desktop desktop;
    private final Duration longIdle;
    private final Instant now;

    /** @param longIdle a desktop that was not used for this time is marked */
    DesktopRow(LoadReport report, LoadReport.Desktop desktop, Duration longIdle, Instant now) {
        this.report = report;
        this.desktop = desktop;
        this.longIdle = longIdle;
        this.now = now;
    }

    @Exported
    public String getUser() {
        return desktop.user();
    }

    @Exported
    public String getHost() {
        return report.host().value();
    }

    @Exported
    public String getDisplay() {
        return desktop.display();
    }

    /** Returns when it was started; null if unknown. */
    @Exported
    public String getSince() {
        return desktop.age().map(age -> since(age).toString()).orElse(null);
    }

    /** Returns for how many seconds it was not used when its host was measured; null if unknown. */
    @Exported
    public Long getIdle() {
        return desktop.idle().map(Duration::toSeconds).orElse(null);
    }

    /** Returns whether it was not used for the configured time. */
    @Exported
    public boolean isLongIdle() {
        return desktop.idle().filter(idle -> idle.compareTo(longIdle) >= 0).isPresent();
    }

    private Instant since(Duration age) {
        return report.measuredAt().minus(age);
    }

    /** Returns its name: {@code l03:1}. */
    public String getName() {
        return getHost() + getDisplay();
    }

    /** Returns its age in seconds; null if unknown. */
    public Long getAge() {
        return desktop.age()
                .map(age -> Duration.between(since(age), now).toSeconds())
                .orElse(null);
    }

    /** Returns its age as text; null if unknown. */
    public String getAgeWords() {
        return desktop.age().map(age -> AgeFormat.since(since(age), now)).orElse(null);
    }

    /** Returns how long it was not used, as text; null if unknown. */
    public String getIdleWords() {
        return desktop.idle()
                .map(idle -> idle.isZero() ? Messages.DesktopRow_inUse() : AgeFormat.print(idle))
                .orElse(null);
    }

    /** Returns all that the row shows, in no language and without ages. */
    String content() {
        boolean inUse = desktop.idle().filter(Duration::isZero).isPresent();
        return String.join("|", getUser(), getName(), inUse + "", isLongIdle() + "");
    }
}
