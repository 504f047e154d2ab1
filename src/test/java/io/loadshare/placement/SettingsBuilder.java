package io.loadshare.placement;

import java.time.Duration;
import java.util.OptionalDouble;

/** Placement settings that differ in what a test says. */
public final class SettingsBuilder {

    private final PlacementSettings old;
    private double openQueryPenalty;
    private double maxOpenQueryPenalty;
    private double recencyPenalty;
    private Duration recencyPenaltyInterval;
    private int recencyPenaltyJobs;
    private double runJobPenalty;
    private int maxRuns;
    private OptionalDouble maxLoad;
    private double reservePerDesktop;

    private SettingsBuilder(PlacementSettings old) {
        this.old = old;
        this.openQueryPenalty = old.openQueryPenalty();
        this.maxOpenQueryPenalty = old.maxOpenQueryPenalty();
        this.recencyPenalty = old.recencyPenalty();
        this.recencyPenaltyInterval = old.recencyPenaltyInterval();
        this.recencyPenaltyJobs = old.recencyPenaltyJobs();
        this.runJobPenalty = old.runJobPenalty();
        this.maxRuns = old.maxRuns();
        this.maxLoad = old.maxLoad();
        this.reservePerDesktop = old.reservePerDesktop();
    }

    public static SettingsBuilder of(PlacementSettings old) {
        return new SettingsBuilder(old);
    }

    SettingsBuilder openQueryPenalty(double each, double most) {
        openQueryPenalty = each;
        maxOpenQueryPenalty = most;
        return this;
    }

    SettingsBuilder recencyPenalty(double penalty, Duration interval, int jobs) {
        recencyPenalty = penalty;
        recencyPenaltyInterval = interval;
        recencyPenaltyJobs = jobs;
        return this;
    }

    SettingsBuilder runJobPenalty(double penalty) {
        runJobPenalty = penalty;
        return this;
    }

    SettingsBuilder maxRuns(int runs) {
        maxRuns = runs;
        return this;
    }

    SettingsBuilder maxLoad(double load) {
        maxLoad = OptionalDouble.of(load);
        return this;
    }

    public SettingsBuilder reservePerDesktop(double cores) {
        reservePerDesktop = cores;
        return this;
    }

    public PlacementSettings build() {
        return new PlacementSettings(
                old.model(),
                openQueryPenalty,
                maxOpenQueryPenalty,
                recencyPenalty,
                recencyPenaltyInterval,
                recencyPenaltyJobs,
                runJobPenalty,
                maxRuns,
                maxLoad,
                old.slotsPerCore(),
                reservePerDesktop,
                old.queryPercentage(),
                old.minQueries(),
                old.waitReplyPercentage(),
                old.randomOrder(),
                old.maxAge());
    }
}
