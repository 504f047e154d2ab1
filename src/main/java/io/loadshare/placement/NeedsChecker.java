package io.loadshare.placement;

import io.loadshare.load.LoadReport;

/** A host must have the cores, memory and quiet that the request asks for, and a run to give. */
record NeedsChecker(PlacementRequest request, double maxLoad, int maxRuns) implements Checker {

    NeedsChecker(PlacementRequest request, PlacementSettings settings) {
        this(
                request,
                Math.min(
                        request.maxLoad().orElse(Double.POSITIVE_INFINITY),
                        settings.maxLoad().orElse(Double.POSITIVE_INFINITY)),
                settings.maxRuns());
    }

    @Override
    public PendingReason check(Candidate candidate) {
        LoadReport report = candidate.report();
        if (report.cores() < request.minCores()) {
            return PendingReason.TOO_FEW_CORES;
        }
        if (report.memoryTotal() < request.minMemory()) {
            return PendingReason.TOO_LITTLE_MEMORY;
        }
        if (report.memoryAvailable() < request.minMemory()) {
            return PendingReason.TOO_LITTLE_MEMORY_NOW;
        }
        if (report.load1() > maxLoad) {
            return PendingReason.LOAD_TOO_HIGH;
        }
        return report.jobs().size() + candidate.ledger().claims().size() >= maxRuns && candidate.ownJobs() >= maxRuns
                ? PendingReason.MAX_RUNS_REACHED
                : null;
    }

    @Override
    public String describe(Candidate candidate) {
        LoadReport report = candidate.report();
        return switch (check(candidate)) {
            case TOO_FEW_CORES ->
                "has " + Numbers.print(report.cores()) + " cores (at least " + Numbers.print(request.minCores())
                        + " asked)";
            case TOO_LITTLE_MEMORY ->
                "has " + Numbers.bytes(report.memoryTotal()) + " of memory (" + Numbers.bytes(request.minMemory())
                        + " asked)";
            case TOO_LITTLE_MEMORY_NOW ->
                Numbers.bytes(report.memoryAvailable()) + " of memory available (" + Numbers.bytes(request.minMemory())
                        + " asked)";
            case LOAD_TOO_HIGH -> "load " + Numbers.print(report.load1()) + " (at most " + Numbers.print(maxLoad) + ")";
            default -> candidate.ownJobs() + " jobs running (maxRuns " + maxRuns + ")";
        };
    }
}
