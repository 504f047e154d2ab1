package io.jenkins.plugins.loadshare.page;

import io.loadshare.host.HostName;
import io.loadshare.load.HostState;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A Slurm pool: its nodes, its cores, and the jobs that wait for resources. Null means unknown. */
@ExportedBean(defaultVisibility = 2)
public final class SlurmPoolRow {

    private final HostName pool;
    private final HostStatus status;
    private final HostState state;
    private final Optional<LoadReport> report;
    private final Optional<Duration> age;

    SlurmPoolRow(HostName pool, HostStatus status, Duration maxAge, Instant now) {
        this.pool = pool;
        this.status = status;
        this.state = status.state(now, maxAge);
        this.report = status.report();
        this.age = status.age(now);
    }

    @Exported
    public String getPool() {
        return pool.value();
    }

    @Exported
    public String getState() {
        return state.word();
    }

    public StateAppearance getLook() {
        return StateAppearance.of(state);
    }

    @Exported
    public Integer getNodesUp() {
        return count(nodes -> !nodes.isDown() && !nodes.isDrained());
    }

    @Exported
    public Integer getNodesDown() {
        return count(LoadReport.Nodes::isDown);
    }

    @Exported
    public Integer getNodesDrained() {
        return count(LoadReport.Nodes::isDrained);
    }

    private Integer count(Predicate<LoadReport.Nodes> which) {
        return report.map(known -> known.nodes().stream()
                        .filter(which)
                        .mapToInt(LoadReport.Nodes::count)
                        .sum())
                .orElse(null);
    }

    @Exported
    public Integer getCoresIdle() {
        return report.map(known -> (int) (known.cores() - known.threads().runnable()))
                .orElse(null);
    }

    @Exported
    public Integer getCoresAllocated() {
        return report.map(known -> (int) known.threads().runnable()).orElse(null);
    }

    /** The jobs of all users that wait for resources. */
    @Exported
    public Integer getPendingJobs() {
        return report.map(LoadReport::pending).orElse(null);
    }

    /** Why it is drained or does not answer; empty without a reason. */
    @Exported
    public String getReason() {
        return status.drain()
                .map(drain -> drain.reason())
                .or(() -> status.failure().map(failure -> failure.reason()))
                .orElse("");
    }

    /** The age of its report in seconds. */
    @Exported
    public Double getAge() {
        return age.map(known -> known.toMillis() / 1000.0).orElse(null);
    }

    public String getAgeWords() {
        return age.map(AgeFormat::print).orElse("–");
    }

    /** Returns all that the row shows, in no language and without ages. */
    String content() {
        return Stream.of(
                        getPool(),
                        getLook().name(),
                        report.map(LoadReport::measuredAt).orElse(null),
                        getReason())
                .map(String::valueOf)
                .collect(Collectors.joining("|"));
    }
}
