package io.loadshare.placement;

import io.loadshare.LoadshareException;
import io.loadshare.host.Host;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What was decided. Being unplaceable is an answer, not an error. */
public sealed interface PlacementResult {

    /** Every host with its score or the reason it was refused; worked out when asked for. */
    Explanation explanation();

    /**
     * A host was found.
     *
     * @param score the host's score, the smaller the better
     * @param slotWeight how much one slot taken on the host adds to its score, by the rule that scored it
     * @param runnerUp the second best host, if there is one
     */
    record Placed(Host host, double score, double slotWeight, Optional<RunnerUp> runnerUp, Supplier<Explanation> why)
            implements PlacementResult {

        @Override
        public Explanation explanation() {
            return why.get();
        }
    }

    /** The second best host and its score. */
    record RunnerUp(Host host, double score) {}

    /** No host will do at the moment. */
    record NotNow(Set<PendingReason> reasons, Supplier<Explanation> why) implements PlacementResult {

        public NotNow {
            reasons = Set.copyOf(reasons);
        }

        @Override
        public Explanation explanation() {
            return why.get();
        }

        /** What kind of failure it is if nobody waits for it to pass. */
        public LoadshareException.Kind kind() {
            if (reasons.contains(PendingReason.LICENSE)) {
                return LoadshareException.Kind.LIMIT;
            }
            return isRefusal() ? LoadshareException.Kind.REFUSED : LoadshareException.Kind.UNAVAILABLE;
        }

        /** Whether every host was refused or refused us, which somebody has to mend: waiting does not. */
        public boolean isRefusal() {
            return reasons.equals(Set.of(PendingReason.REFUSED));
        }

        /** Whether no host that may ever do has a fresh report, so that measuring them may help. */
        public boolean asksForScan() {
            return reasons.stream().anyMatch(PendingReason::asksForScan)
                    && reasons.stream().noneMatch(PendingReason::mayPassAfterReport);
        }
    }

    /** No host will ever do: a wrong request, or a host list that does not fit it. */
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
