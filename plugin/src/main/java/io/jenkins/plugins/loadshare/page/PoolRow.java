package io.jenkins.plugins.loadshare.page;

import hudson.Util;
import io.loadshare.Numbers;
import io.loadshare.host.Pool;
import io.loadshare.ledger.Ticket;
import io.loadshare.load.HostState;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadBoard;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A pool: the sums over its hosts that are up. */
@ExportedBean(defaultVisibility = 2)
public final class PoolRow {

    private final Pool pool;
    private final List<LoadReport> up;
    private final long waiting;

    private PoolRow(Pool pool, List<LoadReport> up, long waiting) {
        this.pool = pool;
        this.up = up;
        this.waiting = waiting;
    }

    static PoolRow of(Pool pool, LoadBoard board, List<Ticket> waiting, Duration maxAge, Instant now) {
        List<LoadReport> up = pool.hosts().stream()
                .map(board::of)
                .filter(status -> status.state(now, maxAge) == HostState.UP)
                .map(HostStatus::report)
                .flatMap(Optional::stream)
                .toList();
        return new PoolRow(pool, up, Reading.waiting(waiting, Set.copyOf(pool.hosts())));
    }

    @Exported
    public String getPool() {
        return pool.name();
    }

    /** The number of its hosts. */
    @Exported
    public int getHosts() {
        return pool.hosts().size();
    }

    /** The number of its hosts that are up. */
    @Exported
    public int getUp() {
        return up.size();
    }

    @Exported
    public double getCores() {
        return up.stream().mapToDouble(LoadReport::cores).sum();
    }

    /** The sum of the one-minute loads. */
    @Exported
    public double getLoad1() {
        return up.stream().mapToDouble(report -> report.loadAverage().load1()).sum();
    }

    /** Loadshare's jobs of all users. */
    @Exported
    public int getOwnJobs() {
        return up.stream().mapToInt(report -> report.jobs().size()).sum();
    }

    /** The number of waiting requests that may use one of its hosts. */
    @Exported
    public long getWaiting() {
        return waiting;
    }

    /** Returns the link to its page, relative to the root of Jenkins. */
    public String getUrl() {
        return "loadshare/pool/" + Util.rawEncode(pool.name()) + "/";
    }

    public String getHostsWords() {
        return Messages.PoolRow_hosts(getUp(), getHosts());
    }

    public String getLoadWords() {
        return up.isEmpty() ? "–" : String.format(Locale.ROOT, "%.2f", getLoad1());
    }

    public String getCoresWords() {
        return up.isEmpty() ? "–" : Numbers.print(getCores());
    }

    public String getJobsWords() {
        return up.isEmpty() ? "–" : Integer.toString(getOwnJobs());
    }

    /** Returns all that the row shows, in no language. */
    String content() {
        return String.join(
                "|",
                getPool(),
                getUp() + "/" + getHosts(),
                getLoadWords(),
                getCoresWords(),
                getJobsWords(),
                "" + waiting);
    }
}
