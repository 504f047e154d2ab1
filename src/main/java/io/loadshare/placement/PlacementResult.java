package io.loadshare.placement;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The decision about a request. Being unplaceable is a result, not an error. */
public sealed interface PlacementResult {

    /** Returns every host with its score or the reason it was refused, computed on demand. */
    Explanation explanation();

    /**
     * A host was found.
     *
     * @param score the host's score, the smaller the better
     * @param slotWeight how much one slot taken on the host adds to its score, by the rule that scored it
     * @param spareSlots how many slots remain free on the host for other jobs
     * @param runnerUp the second-best host, if there is one
     */
    record Placed(
            Host host,
            double score,
            double slotWeight,
            int spareSlots,
            Optional<RunnerUp> runnerUp,
            Supplier<Explanation> why)
            implements PlacementResult {

        @Override
        public Explanation explanation() {
            return why.get();
        }
    }

    /** The second-best host and its score. */
    record RunnerUp(Host host, double score) {}

    /** No host is suitable at the moment. */
    record NotNow(Set<PendingReason> reasons, Supplier<Explanation> why) implements PlacementResult {

        public NotNow {
            reasons = Set.copyOf(reasons);
        }

        @Override
        public Explanation explanation() {
            return why.get();
        }

        /** Returns the kind of failure if the request does not wait. */
        public LoadshareException.Kind kind() {
            if (reasons.contains(PendingReason.LICENSE)) {
                return LoadshareException.Kind.LIMIT;
            }
            if (!isLasting()) {
                return LoadshareException.Kind.UNAVAILABLE;
            }
            return reasons.contains(PendingReason.REFUSED)
                    ? LoadshareException.Kind.REFUSED
                    : LoadshareException.Kind.CONFIGURATION;
        }

        /**
         * Returns whether every host that could serve the request refused the login, or its key was refused, or our SSH
         * configuration for it is not supported. Somebody must fix that; waiting does not help.
         */
        public boolean isLasting() {
            return reasons.stream().anyMatch(PendingReason::isLasting)
                    && reasons.stream().allMatch(reason -> reason.isLasting() || reason.isPermanent());
        }

        /** Returns whether no possible host has a fresh report, so measuring them may help. */
        public boolean asksForScan() {
            return reasons.stream().anyMatch(PendingReason::asksForScan)
                    && reasons.stream().noneMatch(PendingReason::mayPassAfterReport);
        }
    }

    /** No host can ever serve the request: the request or the host list is wrong. */
    record Never(Set<PendingReason> reasons, Supplier<Explanation> why) implements PlacementResult {

        public Never {
            reasons = Set.copyOf(reasons);
        }

        @Override
        public Explanation explanation() {
            return why.get();
        }
    }
}
