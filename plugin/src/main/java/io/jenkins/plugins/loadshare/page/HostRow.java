package io.jenkins.plugins.loadshare.page;

import io.loadshare.Numbers;
import io.loadshare.host.Host;
import io.loadshare.load.HostState;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.Explanation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One host: the object that {@code loadshare load --json} prints, and its load over the last day. Null is unknown. */
@ExportedBean(defaultVisibility = 2)
public final class HostRow {

    private final Host host;
    private final HostState state;
    private final LoadReport report;
    private final Optional<Duration> age;
    private final Explanation.Line line;
    private final float[] loads;

    /**
     * @param line what a request for one slot on any host would find here
     * @param loads of the last day, as {@link LoadHistory#last} gives them
     */
    HostRow(Host host, HostStatus status, Explanation.Line line, float[] loads, Duration maxAge, Instant now) {
        this.host = host;
        this.state = status.state(now, maxAge);
        this.report = status.report().orElse(null);
        this.age = status.age(now);
        this.line = line;
        this.loads = loads.clone();
    }

    private <T> T reported(Function<LoadReport, T> figure) {
        return report == null ? null : figure.apply(report);
    }

    @Exported
    public String getHost() {
        return host.name().value();
    }

    @Exported
    public String getState() {
        return state.word();
    }

    @Exported
    public Double getCores() {
        return reported(LoadReport::cores);
    }

    @Exported
    public Double getLoad1() {
        return reported(LoadReport::load1);
    }

    @Exported
    public Double getLoad5() {
        return reported(LoadReport::load5);
    }

    @Exported
    public Double getLoad15() {
        return reported(LoadReport::load15);
    }

    @Exported
    public Double getRunning() {
        return reported(LoadReport::runnable);
    }

    @Exported
    public Double getExternal() {
        return reported(r -> Math.max(0, r.runnable() - r.ownRunnable()));
    }

    @Exported
    public Integer getOwnJobs() {
        return reported(r -> r.jobs().size());
    }

    /** Bytes. */
    @Exported
    public Long getMemoryAvailable() {
        return reported(LoadReport::memoryAvailable);
    }

    @Exported
    public List<String> getUsers() {
        return reported(r -> r.users().orElse(null));
    }

    @Exported
    public List<Map<String, Object>> getDesktops() {
        return reported(r -> r.desktops().stream()
                .map(desktop -> Map.<String, Object>of("user", desktop.user(), "display", desktop.display()))
                .toList());
    }

    @Exported
    public List<Map<String, Object>> getLicenses() {
        return reported(r -> r.licenses().stream()
                .map(holder -> Map.<String, Object>of(
                        "license", holder.license(), "user", holder.user(), "processes", holder.processes()))
                .toList());
    }

    /** Seconds. */
    @Exported
    public Double getAge() {
        return age.map(known -> known.toMillis() / 1000.0).orElse(null);
    }

    @Exported
    public Double getScore() {
        return line.score().isPresent() ? line.score().getAsDouble() : null;
    }

    /** Why the host gets no jobs. */
    @Exported
    public String getReason() {
        return line.refusal().map(Explanation.Refusal::words).orElse(null);
    }

    /** The highest one-minute load in each ten minutes of the last day, oldest first. */
    @Exported(visibility = 1)
    public List<Float> getHistory() {
        List<Float> figures = new ArrayList<>(loads.length);
        for (float load : loads) {
            figures.add(Float.isNaN(load) ? null : load);
        }
        return figures;
    }

    public Graph getGraph() {
        return new Graph(loads, report == null ? 0 : report.cores());
    }

    /** Loads and scores as the table shows them: below each other. */
    public String print(Double figure) {
        return figure == null ? "–" : String.format(Locale.ROOT, "%.2f", figure);
    }

    public String getCoresWords() {
        return report == null ? "–" : Numbers.print(report.cores());
    }

    public String getMemory() {
        return report == null ? "–" : Numbers.bytes(report.memoryAvailable());
    }

    public String getAgeWords() {
        return age.map(Ages::print).orElse("–");
    }

    public Look getLook() {
        return Look.of(state);
    }
}
