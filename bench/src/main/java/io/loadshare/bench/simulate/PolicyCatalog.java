package io.loadshare.bench.simulate;

import io.loadshare.bench.simulate.LoadsharePolicy.Asking;
import io.loadshare.bench.simulate.Simulation.PolicyFactory;
import io.loadshare.license.LicenseFeature;
import io.loadshare.placement.PlacementModel;
import io.loadshare.placement.PlacementSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The catalog of policies, by their names in tables and JSON. */
final class PolicyCatalog {

    private static final Map<String, PolicyFactory> POLICIES = new LinkedHashMap<>();

    static {
        POLICIES.put("oracle", (s, h, r) -> new Policies.Oracle(h, r));
        POLICIES.put("random", (s, h, r) -> new Policies.Random(h, r));
        POLICIES.put("tracked", loadshare(PlacementModel.TRACKED, Asking.STORED));
        POLICIES.put("tracked-look", loadshare(PlacementModel.TRACKED, Asking.STORED_AND_LOOK));
        POLICIES.put("tracked-look-unkept", loadshare(PlacementModel.TRACKED, Asking.STORED_AND_LOOK_UNKEPT));
        POLICIES.put("sciclust", loadshare(PlacementModel.SCICLUST, Asking.LIVE));
        POLICIES.put("loadshare", loadshare(PlacementModel.LOADSHARE, Asking.STORED));
        POLICIES.put(
                "two-choices",
                (s, h, r) -> new Policies.TwoChoices(
                        h, r, LoadIndex.LOAD1, s.reports().interval()));
        POLICIES.put("basic-li", (s, h, r) -> new Policies.BasicLi(h, r, LoadIndex.RUN_QUEUE, s));
        POLICIES.put(
                "own-since",
                (s, h, r) -> new Policies.OwnSince(h, r, s.reports().interval()));
        POLICIES.put("lsf", (s, h, r) -> new Products.LsfLim(h, r));
        POLICIES.put("gridengine", (s, h, r) -> new Products.GridEngine(h, r));
        POLICIES.put("lbcd", (s, h, r) -> new Products.Lbcd(h, r, s.reports().interval()));
        POLICIES.put("x2go", (s, h, r) -> new Products.X2Go(h, r, s.reports().interval()));
        POLICIES.put(
                "shortest-queue",
                (s, h, r) -> new Policies.LeastStored(
                        h, r, LoadIndex.RUN_QUEUE, s.reports().interval()));
        POLICIES.put(
                "two-choices-queue",
                (s, h, r) -> new Policies.TwoChoices(
                        h, r, LoadIndex.RUN_QUEUE, s.reports().interval()));
        POLICIES.put("no-limit", POLICIES.get("tracked"));
        POLICIES.put("spread-8", licensed(LicenseFeature.Rule.SPREAD, 8));
        POLICIES.put("save-8", licensed(LicenseFeature.Rule.SAVE, 8));
        POLICIES.put("save-12", licensed(LicenseFeature.Rule.SAVE, 12));
        POLICIES.put("save-36", licensed(LicenseFeature.Rule.SAVE, 36));
    }

    static {
        POLICIES.put("list", (s, h, r) -> new SlotPolicies.ListScheduler(h, r));
        POLICIES.put("parallel-j", (s, h, r) -> new SlotPolicies.GnuParallel(h, r, false));
        POLICIES.put("parallel-load", (s, h, r) -> new SlotPolicies.GnuParallel(h, r, true));
        POLICIES.put("slurm-cr-cpu", (s, h, r) -> new SlotPolicies.SlurmCpu(h, r));
        POLICIES.put("lsf-r1m", (s, h, r) -> new SlotPolicies.LsfThreshold(h, r));
        for (double slots : new double[] {1, 1.5, 2}) {
            PlacementSettings limited = settings(PlacementModel.TRACKED).withSlotsPerCore(slots);
            POLICIES.put("tracked-slots" + slots, loadshare(limited, Asking.STORED_AND_LOOK, Optional.empty()));
            POLICIES.put(
                    "save-8-slots" + slots,
                    loadshare(limited, Asking.STORED, Optional.of(feature(LicenseFeature.Rule.SAVE, 8))));
        }
    }

    private PolicyCatalog() {}

    static PolicyFactory get(String name) {
        PolicyFactory factory = POLICIES.get(name);
        if (factory == null) {
            throw new IllegalArgumentException("unknown policy '" + name + "', must be one of " + POLICIES.keySet());
        }
        return factory;
    }

    private static PolicyFactory loadshare(PlacementModel model, Asking asking) {
        return loadshare(model, asking, Optional.empty());
    }

    private static PolicyFactory licensed(LicenseFeature.Rule rule, int perUser) {
        return loadshare(PlacementModel.TRACKED, Asking.STORED, Optional.of(feature(rule, perUser)));
    }

    private static LicenseFeature feature(LicenseFeature.Rule rule, int perUser) {
        return new LicenseFeature("matlab", "MATLAB", perUser, rule, List.of());
    }

    private static PolicyFactory loadshare(PlacementModel model, Asking asking, Optional<LicenseFeature> license) {
        return loadshare(settings(model), asking, license);
    }

    private static PolicyFactory loadshare(
            PlacementSettings settings, Asking asking, Optional<LicenseFeature> license) {
        return (scenario, hosts, random) -> new LoadsharePolicy(scenario, hosts, random, settings, asking, license);
    }

    /**
     * Returns the defaults, except that reports of any age are valid, since the experiments vary the age, and that slots
     * are not limited, since the experiments compare where jobs go, and no other policy makes them wait.
     */
    private static PlacementSettings settings(PlacementModel model) {
        PlacementSettings defaults = PlacementSettings.DEFAULT.withModel(model).withoutSlotLimit();
        return new PlacementSettings(
                defaults.model(),
                defaults.openQueryPenalty(),
                defaults.maxOpenQueryPenalty(),
                defaults.recencyPenalty(),
                defaults.recencyPenaltyInterval(),
                defaults.recencyPenaltyJobs(),
                defaults.runJobPenalty(),
                defaults.maxRuns(),
                defaults.maxLoad(),
                defaults.slotsPerCore(),
                defaults.reservePerDesktop(),
                defaults.queryPercentage(),
                defaults.minQueries(),
                defaults.waitReplyPercentage(),
                defaults.randomOrder(),
                Duration.ofDays(365));
    }
}
