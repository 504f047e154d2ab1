package io.loadshare.load;

/** The state of a host as one word. */
public enum HostState {
    /** Its report is fresh. */
    UP,
    /** Its report is too old, or from the future. */
    STALE,
    /** The last scan did not reach it. */
    UNREACHABLE,
    /** It has never been measured. */
    UNKNOWN,
    /** An administrator keeps new jobs off the host. */
    DRAINED,
    /** It gets no jobs for a while, because jobs or probes failed on it. */
    SUSPENDED;

    /** The word used in tables and JSON. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
