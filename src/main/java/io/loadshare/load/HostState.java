package io.loadshare.load;

/** What may be said of a host in one word. */
public enum HostState {
    /** Its report is fresh. */
    UP,
    /** Its report is too old, or from the future. */
    STALE,
    /** The last scan did not reach it. */
    UNREACHABLE,
    /** It was never measured. */
    UNKNOWN,
    /** An administrator keeps new jobs away. */
    DRAINED,
    /** It is kept out for a while, because jobs or probes failed on it. */
    SUSPENDED;

    /** The word as it stands in tables and JSON. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
