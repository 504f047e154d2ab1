package io.loadshare.placement;

import io.loadshare.Numbers;
import io.loadshare.load.LoadReport;

/** Requires the requested available memory and maximum load. */
record NeedsChecker(PlacementRequest request, double maxLoad) implements Checker {

    NeedsChecker(PlacementRequest request, PlacementSettings settings) {
        this(
                request,
                Math.min(
                        request.maxLoad().orElse(Double.POSITIVE_INFINITY),
                        settings.maxLoad().orElse(Double.POSITIVE_INFINITY)));
    }

    /** Returns whether the request has any such requirement. */
    boolean asks() {
        return request.minMemory() > 0 || maxLoad < Double.POSITIVE_INFINITY;
    }

    @Override
    public PendingReason check(Candidate candidate) {
        LoadReport report = candidate.report();
        if (report.memory().available() - candidate.memoryReserved() < request.minMemory()) {
            return PendingReason.TOO_LITTLE_MEMORY_NOW;
        }
        return report.loadAverage().load1() > maxLoad ? PendingReason.LOAD_TOO_HIGH : null;
    }

    @Override
    public String describe(Candidate candidate) {
        LoadReport report = candidate.report();
        return switch (check(candidate)) {
            case TOO_LITTLE_MEMORY_NOW ->
                Numbers.bytes(report.memory().available()) + " of memory available"
                        + (candidate.memoryReserved() > 0
                                ? ", " + Numbers.bytes(candidate.memoryReserved()) + " of it reserved"
                                : "")
                        + " (" + Numbers.bytes(request.minMemory()) + " asked)";
            default ->
                "load " + Numbers.print(report.loadAverage().load1()) + " (at most " + Numbers.print(maxLoad) + ")";
        };
    }
}
