package io.loadshare.placement;

/** Why a host is not taken. Reasons of the last group cannot pass by waiting. */
public enum PendingReason {
    DRAINED,
    SUSPENDED,
    UNREACHABLE,
    NEVER_MEASURED,
    REPORT_TOO_OLD,
    REPORT_FROM_THE_FUTURE,
    COMPLAINT,
    LOAD_TOO_HIGH,
    MAX_RUNS_REACHED,
    TOO_LITTLE_MEMORY_NOW,
    LICENSE,

    MISSING_TAG,
    TOO_FEW_CORES,
    TOO_LITTLE_MEMORY;

    /** Whether the host will never do, however long one waits. */
    public boolean isPermanent() {
        return compareTo(MISSING_TAG) >= 0;
    }

    /** Whether a fresh measurement may clear it. */
    public boolean asksForScan() {
        return this == NEVER_MEASURED
                || this == REPORT_TOO_OLD
                || this == UNREACHABLE
                || this == REPORT_FROM_THE_FUTURE;
    }
}
