package io.loadshare.placement;

/** Why a host is refused, in the order of the checks. */
public enum PendingReason {
    MISSING_TAG("missing tag"),
    NOT_IN_SLURM("not checked by Slurm"),
    TOO_FEW_CORES("too few cores"),
    TOO_FEW_SLOTS("too few slots"),
    TOO_LITTLE_MEMORY("too little memory"),

    DRAINED("drained"),
    SUSPENDED("suspended"),

    UNREACHABLE("unreachable"),
    REFUSED("key or login refused"),
    MISCONFIGURED("SSH configuration"),
    NEVER_MEASURED("never measured"),
    REPORT_TOO_OLD("report too old"),
    REPORT_FROM_THE_FUTURE("report from the future"),

    COMPLAINT("complains"),
    STALLED("stalled"),
    TOO_LITTLE_MEMORY_NOW("too little memory available"),
    LOAD_TOO_HIGH("load too high"),
    MAX_RUNS_REACHED("maxRuns reached"),
    NO_FREE_SLOT("no free slot"),
    CLUSTER_BUSY("cluster busy"),
    LICENSE("license");

    private final String words;

    PendingReason(String words) {
        this.words = words;
    }

    /** Returns the reason without its numbers. */
    public String words() {
        return words;
    }

    /** Returns whether the host can never serve the request, so waiting does not help. */
    public boolean isPermanent() {
        return compareTo(TOO_LITTLE_MEMORY) <= 0;
    }

    /** Returns whether somebody must act before the host can serve anybody, so that waiting does not help. */
    public boolean isLasting() {
        return this == REFUSED || this == MISCONFIGURED;
    }

    /** Returns whether nothing is known about the host at the moment, so measuring it may help. */
    public boolean asksForScan() {
        return compareTo(UNREACHABLE) >= 0 && compareTo(REPORT_FROM_THE_FUTURE) <= 0;
    }

    /** Returns whether the reason follows from a fresh report and may pass. */
    boolean mayPassAfterReport() {
        return compareTo(COMPLAINT) >= 0;
    }
}
