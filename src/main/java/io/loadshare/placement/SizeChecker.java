package io.loadshare.placement;

import io.loadshare.Numbers;
import io.loadshare.load.LoadReport;
import java.time.Duration;
import java.time.Instant;

/**
 * Requires a host that can ever hold the request: enough cores, memory and slots. The report of a host that cannot be
 * measured any more counts, however old it is, so a request that is too large does not wait for a dead host.
 */
record SizeChecker(PlacementRequest request, SlotLimit limit, Duration maxAge, Instant now) implements Checker {

    @Override
    public PendingReason check(Candidate candidate) {
        PendingReason reason = candidate.report() == null ? null : reason(candidate);
        return reason != null && isCurrent(candidate) ? reason : null;
    }

    private PendingReason reason(Candidate candidate) {
        if (candidate.cores() < request.minCores()) {
            return PendingReason.TOO_FEW_CORES;
        }
        if (!limit.admits(request.slots(), candidate.cores())) {
            return PendingReason.TOO_FEW_SLOTS;
        }
        return request.minMemory() > 0 && candidate.report().memory().total() < request.minMemory()
                ? PendingReason.TOO_LITTLE_MEMORY
                : null;
    }

    private boolean isCurrent(Candidate candidate) {
        return candidate.status().failure().isPresent() || candidate.status().isFresh(now, maxAge);
    }

    @Override
    public String describe(Candidate candidate) {
        LoadReport report = candidate.report();
        return switch (reason(candidate)) {
            case TOO_FEW_CORES ->
                "has " + Numbers.print(report.cores()) + " cores (at least " + Numbers.print(request.minCores())
                        + " asked)";
            case TOO_FEW_SLOTS -> "has " + limit.describe(report.cores()) + ", " + request.slots() + " asked";
            default ->
                "has " + Numbers.bytes(report.memory().total()) + " of memory (" + Numbers.bytes(request.minMemory())
                        + " asked)";
        };
    }
}
