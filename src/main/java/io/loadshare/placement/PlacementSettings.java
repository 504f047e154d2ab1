package io.loadshare.placement;

import io.loadshare.Durations;
import io.loadshare.InvalidSettingException;
import io.loadshare.ledger.HostLedger;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The settings in {@code placement}, and the maximum age of a report.
 *
 * @param openQueryPenalty added for each query that has led to neither a start nor a retreat (load units; model
 *     sciclust)
 * @param maxOpenQueryPenalty the limit of the sum over open queries
 * @param recencyPenalty added once {@code recencyPenaltyJobs} jobs were started within {@code recencyPenaltyInterval}
 * @param runJobPenalty added for each completed job
 * @param maxRuns the maximum number of loadshare's jobs that run on one host at the same time
 * @param maxLoad the one-minute load above which a host gets no job
 * @param slotsPerCore the limit of loadshare's own slots on a host, for each of its cores
 * @param reservePerDesktop the cores kept free for the owner of each VNC desktop on a host
 * @param queryPercentage the percentage of hosts with agents that are queried live, 1 to 100
 * @param minQueries the minimum number of live queries, regardless of the percentage
 * @param waitReplyPercentage the percentage of queried agents to wait for, 1 to 100
 * @param randomOrder whether agents are queried in random order
 * @param maxAge the maximum age of a report
 */
public record PlacementSettings(
        PlacementModel model,
        double openQueryPenalty,
        double maxOpenQueryPenalty,
        double recencyPenalty,
        Duration recencyPenaltyInterval,
        int recencyPenaltyJobs,
        double runJobPenalty,
        int maxRuns,
        OptionalDouble maxLoad,
        OptionalDouble slotsPerCore,
        double reservePerDesktop,
        int queryPercentage,
        int minQueries,
        int waitReplyPercentage,
        boolean randomOrder,
        Duration maxAge) {

    public static final PlacementSettings DEFAULT = new PlacementSettings(
            PlacementModel.TRACKED,
            0.5,
            1.0,
            0.5,
            Duration.ofSeconds(30),
            1,
            1e-8,
            10_000,
            OptionalDouble.empty(),
            OptionalDouble.of(1),
            0,
            100,
            1,
            100,
            false,
            Duration.ofMinutes(15));

    public PlacementSettings {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(recencyPenaltyInterval, "recencyPenaltyInterval");
        Objects.requireNonNull(maxLoad, "maxLoad");
        Objects.requireNonNull(maxAge, "maxAge");
        requireAtLeast("openQueryPenalty", openQueryPenalty, 0);
        requireAtLeast("maxOpenQueryPenalty", maxOpenQueryPenalty, 0);
        requireAtLeast("recencyPenalty", recencyPenalty, 0);
        requireAtLeast("recencyPenaltyJobs", recencyPenaltyJobs, 1);
        if (recencyPenaltyInterval.compareTo(HostLedger.REMEMBERED) > 0) {
            throw new InvalidSettingException(
                    "recencyPenaltyInterval",
                    "recencyPenaltyInterval must be ≤ " + Durations.print(HostLedger.REMEMBERED),
                    Durations.print(recencyPenaltyInterval));
        }
        requireAtLeast("runJobPenalty", runJobPenalty, 0);
        requireAtLeast("maxRuns", maxRuns, 1);
        double slots = slotsPerCore.orElse(1);
        if (!(slots > 0) || Double.isInfinite(slots)) {
            throw new InvalidSettingException("slotsPerCore", "slotsPerCore must be > 0, or none for no limit", slots);
        }
        if (!(reservePerDesktop >= 0) || Double.isInfinite(reservePerDesktop)) {
            throw new InvalidSettingException(
                    "reservePerDesktop", "reservePerDesktop must be a number of cores ≥ 0", reservePerDesktop);
        }
        requireAtLeast("minQueries", minQueries, 1);
        requirePercentage("queryPercentage", queryPercentage);
        requirePercentage("waitReplyPercentage", waitReplyPercentage);
    }

    private static void requireAtLeast(String name, double value, double least) {
        if (!(value >= least)) {
            throw new InvalidSettingException(
                    name, name + " must be ≥ " + (least == Math.rint(least) ? "" + (long) least : "" + least), value);
        }
    }

    private static void requirePercentage(String name, int value) {
        if (value < 1 || value > 100) {
            throw new InvalidSettingException(name, name + " must be 1 to 100", value);
        }
    }

    public PlacementSettings withModel(PlacementModel other) {
        return with(other, slotsPerCore);
    }

    public PlacementSettings withSlotsPerCore(double other) {
        return with(model, OptionalDouble.of(other));
    }

    /** Returns the same settings for a scheduler that has slots of its own. */
    public PlacementSettings withoutSlotLimit() {
        return with(model, OptionalDouble.empty());
    }

    private PlacementSettings with(PlacementModel newModel, OptionalDouble newSlotsPerCore) {
        return new PlacementSettings(
                newModel,
                openQueryPenalty,
                maxOpenQueryPenalty,
                recencyPenalty,
                recencyPenaltyInterval,
                recencyPenaltyJobs,
                runJobPenalty,
                maxRuns,
                maxLoad,
                newSlotsPerCore,
                reservePerDesktop,
                queryPercentage,
                minQueries,
                waitReplyPercentage,
                randomOrder,
                maxAge);
    }
}
