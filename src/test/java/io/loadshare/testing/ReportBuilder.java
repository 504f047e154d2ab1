package io.loadshare.testing;

import io.loadshare.host.HostName;
import io.loadshare.load.HostStatus;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reports for tests: an idle host with four cores and 16 GiB, and what a test says differs. */
public final class ReportBuilder {

    private final String host;
    private final Instant measuredAt;
    private final List<LoadReport.ObservedJob> jobs = new ArrayList<>();
    private final List<LoadReport.Desktop> desktops = new ArrayList<>();
    private final List<LoadReport.LicenseHolder> licenses = new ArrayList<>();
    private Duration uptime = Duration.ofDays(10);
    private double load1;
    private double cores = 4;
    private long memoryTotal = 16L << 30;
    private long memoryAvailable = 12L << 30;
    private double runnable;
    private double ownRunnable;
    private boolean complete = true;
    private String bootId = "4a7f2c1e-boot";
    private String complaint;
    private String stalled;
    private OptionalInt running = OptionalInt.empty();
    private int total = 100;
    private boolean agent;

    private ReportBuilder(String host, Instant measuredAt) {
        this.host = host;
        this.measuredAt = measuredAt;
    }

    public static ReportBuilder report(String host, Instant measuredAt) {
        return new ReportBuilder(host, measuredAt);
    }

    public ReportBuilder load1(double value) {
        load1 = value;
        return this;
    }

    public ReportBuilder cores(double value) {
        cores = value;
        return this;
    }

    /** The jobs of a cluster: those that run, and all. */
    public ReportBuilder tasks(int nowRunning, int all) {
        running = OptionalInt.of(nowRunning);
        total = all;
        return this;
    }

    public ReportBuilder memory(long total, long available) {
        memoryTotal = total;
        memoryAvailable = available;
        return this;
    }

    /** R. */
    public ReportBuilder runnable(double value) {
        runnable = value;
        return this;
    }

    /** Threads of another scheduler, which count among our own. */
    public ReportBuilder owned(double threads) {
        runnable += threads;
        ownRunnable += threads;
        return this;
    }

    /** A job of loadshare's, which keeps as many threads runnable as it has slots. */
    public ReportBuilder job(String id, int slots, String user) {
        return job(id, slots, user, slots);
    }

    /** A job of loadshare's; its runnable threads are among R and R_J. */
    public ReportBuilder job(String id, int slots, String user, double threads) {
        return job(id, slots, user, threads, 0);
    }

    /** A job whose processes use this much memory, in bytes. */
    public ReportBuilder job(String id, int slots, String user, double threads, long memory) {
        jobs.add(new LoadReport.ObservedJob(id, slots, user, threads, memory));
        runnable += threads;
        ownRunnable += threads;
        return this;
    }

    public ReportBuilder desktop(String user, String display, Duration age, Duration idle) {
        desktops.add(new LoadReport.Desktop(user, display, Optional.of(age), Optional.of(idle)));
        return this;
    }

    public ReportBuilder desktop(String user, String display) {
        desktops.add(new LoadReport.Desktop(user, display));
        return this;
    }

    public ReportBuilder holder(String license, String user, int processes) {
        licenses.add(new LoadReport.LicenseHolder(license, user, processes));
        return this;
    }

    public ReportBuilder incomplete() {
        complete = false;
        ownRunnable = 0;
        return this;
    }

    public ReportBuilder uptime(Duration value) {
        uptime = value;
        return this;
    }

    public ReportBuilder bootId(String value) {
        bootId = value;
        return this;
    }

    public ReportBuilder complaint(String value) {
        complaint = value;
        return this;
    }

    public ReportBuilder stalled(String value) {
        stalled = value;
        return this;
    }

    public ReportBuilder agent() {
        agent = true;
        return this;
    }

    public LoadReport build() {
        return new LoadReport(
                new HostName(host),
                measuredAt,
                new LoadReport.Boot(bootId, uptime),
                new LoadReport.LoadAverage(load1, load1, load1, running.orElse((int) runnable), total),
                cores,
                new LoadReport.Memory(memoryTotal, memoryAvailable),
                new LoadReport.Threads(runnable, ownRunnable, complete),
                jobs,
                new LoadReport.People(Optional.of(List.of()), desktops),
                licenses,
                new LoadReport.Health(
                        Optional.ofNullable(complaint), Optional.ofNullable(stalled), LoadReport.Pressure.UNKNOWN),
                agent,
                List.of());
    }

    public HostStatus status() {
        return HostStatus.of(build());
    }
}
