package io.jenkins.plugins.loadshare.page;

import io.loadshare.Numbers;
import io.loadshare.host.HostName;
import io.loadshare.load.HostState;
import io.loadshare.load.HostStatus;
import io.loadshare.load.HostTree;
import io.loadshare.load.LoadReport;
import io.loadshare.placement.Explanation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A host: the object that {@code loadshare load --json} prints, and its load over the last day. Null means unknown. */
@ExportedBean(defaultVisibility = 2)
public class HostRow {

    private final HostName host;
    private final HostStatus status;
    private final HostState state;
    private final LoadReport report;
    private final Optional<Duration> age;
    private final Explanation.Line line;
    private final float[] loads;
    private final Instant now;

    /**
     * @param host null if it is unknown
     * @param line the explanation for a request for one slot on any host; null if unknown
     * @param loads the loads of the last day from {@link LoadHistory#last}
     */
    HostRow(HostName host, HostStatus status, Explanation.Line line, float[] loads, Duration maxAge, Instant now) {
        this.host = host;
        this.status = status;
        this.state = status.state(now, maxAge);
        this.report = status.report().orElse(null);
        this.age = status.age(now);
        this.line = line;
        this.loads = loads.clone();
        this.now = now;
    }

    private <T> T reported(Function<LoadReport, T> figure) {
        return report == null ? null : figure.apply(report);
    }

    @Exported
    public String getHost() {
        return host == null ? null : host.value();
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
        return reported(r -> r.loadAverage().load1());
    }

    @Exported
    public Double getLoad5() {
        return reported(r -> r.loadAverage().load5());
    }

    @Exported
    public Double getLoad15() {
        return reported(r -> r.loadAverage().load15());
    }

    @Exported
    public Double getRunning() {
        return reported(r -> r.threads().runnable());
    }

    @Exported
    public Double getExternal() {
        return reported(r -> Math.max(0, r.threads().runnable() - r.threads().own()));
    }

    @Exported
    public Integer getOwnJobs() {
        return reported(r -> r.jobs().size());
    }

    /** Bytes. */
    @Exported
    public Long getMemoryAvailable() {
        return reported(r -> r.memory().available());
    }

    @Exported
    public List<String> getUsers() {
        return reported(r -> r.people().users().orElse(null));
    }

    @Exported
    public List<Map<String, Object>> getDesktops() {
        return reported(HostTree::desktops);
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
        return line != null && line.score().isPresent() ? line.score().getAsDouble() : null;
    }

    /** Returns how the score is calculated; null if there is none. */
    @Exported
    public String getCalculation() {
        return getScore() == null ? null : line.words();
    }

    /** Returns why the host gets no jobs. */
    @Exported
    public String getReason() {
        return line == null
                ? status.failure().map(HostStatus.ScanFailure::reason).orElse(null)
                : line.refusal().map(Explanation.Refusal::words).orElse(null);
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

    /** Returns the remark beside the state. */
    public AgedText getRemark() {
        return switch (state) {
            case DRAINED -> {
                HostStatus.Drain drain = status.drain().get();
                yield AgedText.of(
                        age -> Messages.HostRow_drained(drain.user(), age, drain.reason()),
                        Duration.between(drain.since(), now));
            }
            case SUSPENDED -> {
                HostStatus.Suspension suspension = status.suspension().get();
                yield AgedText.of(
                        left -> Messages.HostRow_suspended(left, suspension.reason()),
                        Duration.between(suspension.until(), now));
            }
            case UNREACHABLE -> {
                HostStatus.ScanFailure failure = status.failure().get();
                yield AgedText.of(
                        age -> Messages.HostRow_unreachable(age, withoutHost(failure.reason())),
                        Duration.between(failure.since(), now));
            }
            default -> AgedText.plain(getReason());
        };
    }

    /** Returns a reason without the host at its begin, which is the head of the row. */
    private String withoutHost(String reason) {
        return reason.replaceFirst("^" + Pattern.quote(host.value()) + "( \\([^)]*\\))?:? ", "");
    }

    /** Returns all that the row shows, in no language and without ages. */
    String content() {
        return Stream.of(
                        getTitle(),
                        getLook().name(),
                        reported(LoadReport::measuredAt),
                        getWork(),
                        getScore(),
                        status.drain(),
                        status.suspension(),
                        status.failure(),
                        line == null ? null : line.refusal(),
                        Arrays.hashCode(loads))
                .map(String::valueOf)
                .collect(Collectors.joining("|"));
    }

    /** Returns the heading of the row. */
    public String getTitle() {
        return getHost();
    }

    /** Returns the link to its page, relative to the root of Jenkins; null if there is none. */
    public String getUrl() {
        return host == null ? null : "loadshare/host/" + host.value() + "/";
    }

    /** Returns the number of jobs as the sort key. */
    public Integer getWork() {
        return getOwnJobs();
    }

    public String getWorkWords() {
        return getWork() == null ? "–" : getWork().toString();
    }

    public LoadGraph getGraph() {
        return new LoadGraph(HistoryKeeper.Chart.LOAD_DAY, loads, report == null ? 0 : report.cores());
    }

    /** Formats loads and scores so that they align in the table. */
    public String print(Double figure) {
        return figure == null ? "–" : String.format(Locale.ROOT, "%.2f", figure);
    }

    public String getCoresWords() {
        return report == null ? "–" : Numbers.print(report.cores());
    }

    public String getMemory() {
        return report == null ? "–" : Numbers.bytes(report.memory().available());
    }

    public String getAgeWords() {
        return age.map(AgeFormat::print).orElse("–");
    }

    public StateAppearance getLook() {
        return StateAppearance.of(state);
    }
}
